# What a person types; each target installs what is missing first (.ci/install, Debian) and can be run again at will.

CONFIGURATION ?= release
SWIFT_BUILD = swift build -Xswiftc -warnings-as-errors

.PHONY: all build install test lint demo playground benchmark clean requirements

all: build

# The binary: .build/release/diag, with the Swift runtime linked in and without symbols.
build: requirements
	$(SWIFT_BUILD) -c release --static-swift-stdlib --product diag
	strip "$$(swift build -c release --static-swift-stdlib --product diag --show-bin-path)/diag"

install: build
	install -D -m 0755 "$$(swift build -c release --static-swift-stdlib --product diag --show-bin-path)/diag" \
		"$(DESTDIR)$(or $(PREFIX),/usr/local)/bin/diag"

test: requirements
	swift build --build-tests -Xswiftc -warnings-as-errors
	swift test --skip-build

lint:
	swift format lint --strict --recursive Package.swift Sources Tests Queries Benchmarks

# Real throwaway servers with real trouble, swept once; everything is gone afterwards.
demo: build
	$(SWIFT_BUILD) --product diag-playground
	.build/debug/diag-playground demo --diag .build/release/diag

# The same servers, left running until ^C; prints their configuration and the faults that can be brought about.
playground: build
	$(SWIFT_BUILD) --product diag-playground
	.build/debug/diag-playground start

benchmark: build
	Benchmarks/run

requirements:
	@.ci/install

clean:
	swift package clean
