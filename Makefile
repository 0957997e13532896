# What a person types; each target installs what is missing first (.ci/install, Debian) and can be run again at will.

.PHONY: all build install manual test test-versions lint demo playground benchmark clean requirements

all: build

# The binary: .build/release/diag, with the Swift runtime linked in and without symbols. The code then asks the runtime
# for types by address and not by names that it would have to take apart first: a sweep takes a tenth less.
RELEASE = -c release --static-swift-stdlib \
	-Xswiftc -Xfrontend -Xswiftc -disable-concrete-type-metadata-mangled-name-accessors

build: requirements
	swift build $(RELEASE) --product diag
	strip .build/release/diag

# The binary, its manual pages, completions for bash, zsh and fish, and the schemas of its JSON.
INTO = $(DESTDIR)$(or $(PREFIX),/usr/local)
install: build manual
	install -D -m 0755 .build/release/diag "$(INTO)/bin/diag"
	install -d "$(INTO)/share/man/man1" "$(INTO)/share/diag/schemas"
	install -m 0644 .build/manual/*.1 "$(INTO)/share/man/man1"
	.build/release/diag --generate-completion-script bash | install -D -m 0644 /dev/stdin "$(INTO)/share/bash-completion/completions/diag"
	.build/release/diag --generate-completion-script zsh | install -D -m 0644 /dev/stdin "$(INTO)/share/zsh/site-functions/_diag"
	.build/release/diag --generate-completion-script fish | install -D -m 0644 /dev/stdin "$(INTO)/share/fish/vendor_completions.d/diag.fish"
	for name in $$(.build/release/diag schema | cut -d ' ' -f 1); do \
		.build/release/diag schema $$name > "$(INTO)/share/diag/schemas/$$name.schema.json" || exit 1; \
	done

# A manual page for each command, in .build/manual, of the same source as --help.
DIAG = .build/release/diag
manual:
	swift build --product generate-manual
	rm -rf .build/manual && mkdir -p .build/manual
	.build/debug/generate-manual $(DIAG) --multi-page --output-directory .build/manual

# Two at a time: each talks to real servers, and a hundred at once on two cores would only test the deadlines.
test: requirements
	swift build --build-tests
	swift test --skip-build --experimental-maximum-parallelization-width 2

# What is asked of PostgreSQL and Redis, held against every version that can be had; fetches their servers once.
test-versions: requirements
	.ci/postgresql-versions
	.ci/redis-versions
	swift build --build-tests
	swift test --skip-build --filter 'PostgreSQLTests.VersionsTests|RedisTests.VersionsTests'

lint:
	swift format lint --strict --recursive Package.swift Sources Tests Queries Benchmarks

# Real throwaway servers with real trouble, swept once; everything is gone afterwards.
demo: build
	swift build --product diag-playground
	.build/debug/diag-playground demo --diag .build/release/diag

# The same servers, left running until ^C; prints their configuration and the faults that can be brought about.
playground: build
	swift build --product diag-playground
	.build/debug/diag-playground start

benchmark: build
	Benchmarks/run

requirements:
	@.ci/install

clean:
	swift package clean
