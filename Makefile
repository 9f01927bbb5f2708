# What people and machines run. `make demo` and `make test` need a Rust toolchain and nothing else.

CARGO ?= cargo
DEMO = $(CARGO) run --quiet -- check --config docs/demo/sipclause.yaml

# Property tests draw the same inputs at every run, so that a red build can be had again; `cargo test` draws others.
export PROPTEST_RNG_SEED ?= 6211

DIR ?= docs/demo
# The binary that is measured, and sizes in megabytes if not 10, 200 and 1000.
MEMORY_OF ?= target/release/sipclause

# What `make dist` builds for.
TARGET ?= x86_64-unknown-linux-musl

# The largest input that `make growth` makes, in megabytes.
GROWTH ?= 1000

.PHONY: help demo test test-external instructions bless-instructions cross-check dist bench memory growth check docs bless \
	fuzz-seeds fuzz fuzz-growth

help: ## these lines
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 22

demo: ## judge a conforming call and a broken message; clauses fail there, and that is the point
	@echo '$$ $(DEMO) docs/demo/call.pcap'
	@$(DEMO) docs/demo/call.pcap
	@echo
	@echo '$$ $(DEMO) --quiet docs/demo/broken.sip'
	@$(DEMO) --quiet docs/demo/broken.sip; \
	code=$$?; test $$code -eq 1 || { echo "expected exit code 1, got $$code" >&2; exit 1; }
	@echo
	@echo 'The call conforms (exit code 0); the message has three mistakes (exit code 1, as it should be).'
	@echo 'Next: cargo run -- explain 6.2.1.1-1'

test: ## all tests that need nothing but this repository
	$(CARGO) test --quiet --all-features

# With the features of `make test`, so that nothing is built twice.
test-external: instructions ## captures and reports in the eyes of others (needs tshark, sipp, tcpdump, openssl, valgrind, xmllint, perl, chromium-driver, neovim)
	$(CARGO) test --quiet --all-features --test external --test external_html --test external_editor --test keys --test formats --test adoption -- --ignored

instructions: ## does the release build take as many instructions as benches/instructions.txt says? (needs valgrind)
	$(CARGO) build --quiet --release
	$(CARGO) test --quiet --all-features --test instructions -- --ignored --nocapture

bless-instructions: ## write that figure anew
	BLESS=1 $(MAKE) instructions

cross-check: ## do tshark and we count the same messages in the captures of DIR?
	$(CARGO) run --quiet --example cross_check -- $(DIR)

dist: ## an archive of a static binary with its man pages, completions and licences (needs the target $(TARGET))
	$(CARGO) build --quiet --release --locked --target $(TARGET)
	rm -rf target/dist/sipclause-$(TARGET)
	mkdir -p target/dist/sipclause-$(TARGET)/completions
	cp target/$(TARGET)/release/sipclause README.md CHANGELOG.md LICENSE-APACHE LICENSE-MIT target/dist/sipclause-$(TARGET)
	cd target/dist/sipclause-$(TARGET) && ./sipclause man man && \
		for shell in bash zsh fish elvish powershell; do ./sipclause completions $$shell > completions/sipclause.$$shell; done
	tar -C target/dist --owner=0 --group=0 --sort=name -czf target/dist/sipclause-$(TARGET).tgz sipclause-$(TARGET)

bench: ## the time of each layer, and of all together
	$(CARGO) bench --bench layers

growth: ## time against size, to GROWTH megabytes, and its pictures in docs/performance (takes minutes)
	$(CARGO) run --quiet --release --example growth -- docs/performance $(GROWTH)

memory: ## peak memory on 10 MB, 200 MB and 1 GB of the same traffic, and on floods (Linux; takes minutes)
	$(CARGO) build --quiet --release
	$(CARGO) run --quiet --release --example memory -- $(MEMORY_OF)

check: ## what has to pass before a commit
	$(CARGO) fmt --all -- --check
	$(CARGO) clippy --all-targets --all-features --quiet -- -D warnings
	$(CARGO) clippy --no-default-features --quiet -- -D warnings
	RUSTDOCFLAGS='-D warnings' $(CARGO) doc --no-deps --all-features --quiet
	$(CARGO) test --quiet --all-features

fuzz-seeds: ## fuzz corpora from the shipped vectors and flows
	$(CARGO) run --quiet --manifest-path fuzz/Cargo.toml --example seeds

fuzz: fuzz-seeds ## every fuzz target for FUZZ_SECONDS, 60 by default (needs cargo-fuzz and a C++ compiler)
	CARGO='$(CARGO)' fuzz/run.sh

fuzz-growth: ## does the time of large hostile inputs grow as they do?
	$(CARGO) run --quiet --release --manifest-path fuzz/Cargo.toml --example growth

docs: ## are the generated documents fresh?
	$(CARGO) test --quiet --test docs

# Twice: the examples of the catalogue are compiled into the program that the pages are made with.
bless: ## write generated documents and snapshots anew; look at what changes
	BLESS=1 $(CARGO) test --quiet --test docs
	BLESS=1 $(CARGO) test --quiet --test docs
	INSTA_UPDATE=always $(CARGO) test --quiet
