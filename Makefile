# sockstep: make demo, make test. `make help` lists the rest.

CARGO ?= cargo
CC ?= cc
PROFILE ?= release
TARGET := $(or $(CARGO_TARGET_DIR),target)
BIN := $(TARGET)/$(PROFILE)
CARGO_PROFILE := $(if $(filter release,$(PROFILE)),--release,)
export SKIPPED_LOG := $(abspath $(TARGET))/skipped.log

all: rust c ## build both languages

rust: need-cargo need-cc ## build the Rust programs and sockstep
	$(CARGO) build --locked $(CARGO_PROFILE)

c: need-cc ## build the C programs alone
	$(MAKE) --no-print-directory -C c-reference CC="$(CC)" OUT=$(abspath $(TARGET))/c-reference

demo: all ## the welcome demo: original C, corrected C and Rust, each with each
	$(BIN)/sockstep compare welcome
	@echo
	@echo "Next: run one pair on port 9001 yourself, in two terminals:"
	@echo "  $(BIN)/welcome_server              (waits without a word; Ctrl-C ends it)"
	@echo "  $(TARGET)/c-reference/welcome_client"
	@echo "and read docs/welcome-demo.md, which goes through both programs call by call."

compare: all ## every pair, every version, and where they differ
	$(BIN)/sockstep compare

labs: all ## every claim of the notes put to the kernel
	$(BIN)/sockstep lab --all

test: need-cargo need-cc ## everything: unit tests, documentation examples, twins, C builds, documents
	@rm -f $(SKIPPED_LOG)
	$(CARGO) test --locked
	$(CARGO) test --locked --no-default-features --lib
	$(CARGO) test --locked --no-default-features --doc
	@if [ -s $(SKIPPED_LOG) ]; then \
		echo "SKIPPED: $$(wc -l < $(SKIPPED_LOG)) tests, since something is not installed here:"; \
		sort $(SKIPPED_LOG) | uniq -c; \
	fi

test-browser: need-cargo need-cc need-browser ## the pages in a headless Chromium; pictures in target/screenshots
	$(CARGO) test --locked --test browser

lint: need-cargo need-cc ## formatting, clippy, documentation
	$(CARGO) fmt --check
	$(CARGO) clippy --locked --all-targets -- -D warnings
	$(CARGO) clippy --locked --all-targets --no-default-features -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --locked --no-deps --quiet

bench: need-cargo need-cc ## what servers, wrappers and recorder cost, into docs/benchmarks.md; QUICK=1: less exactly, onto the screen
	CC="$(CC)" $(CARGO) bench --locked --bench all -- $(if $(QUICK),--quick)

soak: need-cargo need-cc ## 2,000 clients of eight characters at once on each server from poll on; 2 minutes, or SOAK_SECONDS
	SOAK_SECONDS=$(or $(SOAK_SECONDS),120) $(CARGO) test --locked --release --test soak -- --nocapture

docs: need-cargo need-cc ## run what the documents show and write it into them
	UPDATE_DOCS=1 $(CARGO) test --locked --test docs -- --test-threads=1
	UPDATE_DOCS=1 $(CARGO) test --locked --test pages -- --test-threads=1
	UPDATE_DOCS=1 $(CARGO) test --locked --test svg -- --test-threads=1
	UPDATE_DOCS=1 $(CARGO) test --locked --test screen documented
	UPDATE_DOCS=1 $(CARGO) test --locked --test many

clean: need-cargo ## remove everything that was built
	$(CARGO) clean
	$(MAKE) --no-print-directory -C c-reference clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /make \1\t/p' $(firstword $(MAKEFILE_LIST)) | expand -t 20

need-cargo:
	@$(CARGO) --version >/dev/null 2>&1 || { echo "cargo is not installed: get Rust 1.89 or newer from https://rustup.rs" \
		"(Debian, Ubuntu: sudo apt install rustup && rustup default stable; Fedora: sudo dnf install rust cargo)" >&2; exit 1; }

need-cc:
	@command -v $(firstword $(CC)) >/dev/null || { echo "$(firstword $(CC)) is not installed: get a C compiler" \
		"(Debian, Ubuntu: sudo apt install gcc; Fedora: sudo dnf install gcc)" >&2; exit 1; }

# The driver says itself when it finds no browser.
need-browser:
	@command -v chromedriver >/dev/null || { echo "chromedriver is not installed: get Chromium and its driver" \
		"(Debian: sudo apt install chromium chromium-driver; Fedora: sudo dnf install chromium chromedriver;" \
		"Ubuntu: sudo apt install chromium-chromedriver, a snap, with which nobody has tried this)" >&2; exit 1; }

.PHONY: all rust c demo compare labs test test-browser lint bench soak docs clean help need-cargo need-cc need-browser
