# Makefile - the few commands; meson does the work (see README.md)
#
# What needs root (installing packages, building namespaces) runs as root;
# what builds runs as the owner of this folder, so that "sudo make" leaves
# nothing behind that a later "make" cannot write.

BUILD ?= build
RESULTS ?= results
PREFIX ?= /usr/local
KERNEL ?= 6.12
AS_OWNER = sh .ci/as-owner

.PHONY: build lab kernel check bench install clean help
.DEFAULT_GOAL := build

build: $(BUILD)/build.ninja
	@$(AS_OWNER) ninja -C $(BUILD)

$(BUILD)/build.ninja:
	@$(AS_OWNER) meson setup $(BUILD)

lab: ## run every scenario on this machine's kernel (sudo make lab)
	@sh .ci/packages build
	@$(MAKE) --no-print-directory build
	$(BUILD)/src/tcplab run lab/ --results $(RESULTS)

kernel: ## build a kernel for guests, KERNEL 6.12 (sudo make kernel)
	@sh .ci/packages build kernel linux-source-$(KERNEL)
	@$(MAKE) --no-print-directory build
	$(BUILD)/src/tcplab kernel build --version $(KERNEL)

check: ## everything that must hold before a commit (sudo make check)
	@sh .ci/packages build check
	@bash .ci/check

bench: build ## measure, and print ratios (sudo make bench)
	meson test -C $(BUILD) --no-rebuild --benchmark --verbose

install: build ## install to PREFIX, /usr/local; DESTDIR is honoured
	@$(AS_OWNER) meson configure $(BUILD) --prefix=$(PREFIX)
	@$(AS_OWNER) ninja -C $(BUILD)
	meson install -C $(BUILD) --no-rebuild

clean: ## remove what was built; results stay
	rm -rf $(BUILD) build-check

help: ## this list
	@echo 'make            build $(BUILD)/src/tcplab'
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1=\2/p' Makefile | \
		awk -F= '{ printf "%-15s %s\n", $$1, $$2 }'
