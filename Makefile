# What a person types; each target installs what is missing first (.ci/install, Debian) and can be run again at will.

.PHONY: all build install test test-versions lint demo playground benchmark clean requirements

all: build

# The binary: .build/release/diag, with the Swift runtime linked in and without symbols. The code then asks the runtime
# for types by address and not by names that it would have to take apart first: a sweep takes a tenth less.
RELEASE = -c release --static-swift-stdlib \
	-Xswiftc -Xfrontend -Xswiftc -disable-concrete-type-metadata-mangled-name-accessors

build: requirements
	swift build $(RELEASE) --product diag
	strip .build/release/diag

install: build
	install -D -m 0755 .build/release/diag "$(DESTDIR)$(or $(PREFIX),/usr/local)/bin/diag"

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
