# SPDX-License-Identifier: GPL-2.0-only
# make        builds everything        make demo   shows the main job
# make test   runs every test          make bench  prints every promised number
# make fuzz   runs each fuzz target    make install DESTDIR= PREFIX=
# Each installs what it lacks first, from the distribution's packages (tools/install_packages).

BUILD  ?= build
PREFIX ?= /usr/local
JOBS   ?= $(shell nproc)
CMAKE  := cmake -S . -G Ninja
HOST_COMPILERS := -DCMAKE_C_COMPILER=clang-19 -DCMAKE_CXX_COMPILER=clang++-19
OUTPUT := -DRSL_OUTPUT_DIR=$(abspath $(BUILD))

.PHONY: all host guest sanitized packages test_packages demo test bench fuzz install clean
all: host guest

packages:
	@tools/install_packages
test_packages:
	@tools/install_packages --tests

$(BUILD)/cmake/host/build.ninja: | packages
	@$(CMAKE) -B $(BUILD)/cmake/host $(HOST_COMPILERS) $(OUTPUT) -DRSL_TESTS=OFF
$(BUILD)/cmake/guest/build.ninja: | packages
	@$(CMAKE) -B $(BUILD)/cmake/guest $(OUTPUT) -DRSL_SIDE=guest -DCMAKE_TOOLCHAIN_FILE=tools/cmake/guest.cmake
$(BUILD)/cmake/sanitized/build.ninja: | packages
	@$(CMAKE) -B $(BUILD)/cmake/sanitized $(HOST_COMPILERS) -DRSL_OUTPUT_DIR=$(abspath $(BUILD))/sanitized \
	    -DRSL_SANITIZE=address,undefined
$(BUILD)/cmake/fuzz/build.ninja: | packages
	@$(CMAKE) -B $(BUILD)/cmake/fuzz $(HOST_COMPILERS) -DRSL_OUTPUT_DIR=$(abspath $(BUILD))/fuzz \
	    -DRSL_SANITIZE=address,undefined -DRSL_FUZZ=ON -DRSL_TESTS=OFF

host: $(BUILD)/cmake/host/build.ninja
	@cmake --build $(BUILD)/cmake/host -j $(JOBS)
guest: $(BUILD)/cmake/guest/build.ninja
	@cmake --build $(BUILD)/cmake/guest -j $(JOBS)
sanitized: $(BUILD)/cmake/sanitized/build.ninja
	@cmake --build $(BUILD)/cmake/sanitized -j $(JOBS)

# The demo needs less than all: no unit tests, on the host or in the kernel.
GUEST_FILES := $(abspath $(BUILD))/share/rsl/rsl.elf $(abspath $(BUILD))/share/rsl/guest.cpio
SAMPLES := $(patsubst samples/%/,%.sys,$(wildcard samples/*/))
demo: $(BUILD)/cmake/host/build.ninja $(BUILD)/cmake/guest/build.ninja
	@cmake --build $(BUILD)/cmake/host -j $(JOBS) --target rsl rsld accel_probe qemu_libraries
	@cmake --build $(BUILD)/cmake/guest -j $(JOBS) --target $(GUEST_FILES) $(SAMPLES)
	@tools/demo $(BUILD)

test: test_packages all sanitized
	@tools/run_tests $(BUILD)

bench: test_packages all
	@$(BUILD)/bin/rsl bench $(NAME)

fuzz: $(BUILD)/cmake/fuzz/build.ninja
	@cmake --build $(BUILD)/cmake/fuzz -j $(JOBS)
	@tools/run_fuzz $(BUILD) $(SECONDS_EACH)

# As a distribution lays it out. Programs find the guest's files beside themselves (../share/rsl).
INSTALLED := $(DESTDIR)$(PREFIX)
install: all
	install -d $(INSTALLED)/bin $(INSTALLED)/lib/rsl $(INSTALLED)/include $(INSTALLED)/share/rsl/samples \
	    $(INSTALLED)/share/man/man1 $(INSTALLED)/share/bash-completion/completions $(INSTALLED)/share/doc/rsl
	install -m 755 $(BUILD)/bin/rsl $(BUILD)/bin/rsld $(BUILD)/bin/rsl-tap $(INSTALLED)/bin
	install -m 644 $(BUILD)/lib/libRSL.so $(INSTALLED)/lib
	install -m 644 $(BUILD)/lib/rsl/*.so.* $(INSTALLED)/lib/rsl
	install -m 644 $(BUILD)/include/rsl.h $(INSTALLED)/include
	install -m 644 $(BUILD)/share/rsl/rsl.elf $(BUILD)/share/rsl/guest.cpio $(BUILD)/share/rsl/accel_probe.elf \
	    $(BUILD)/share/rsl/rslnet.sys \
	    $(INSTALLED)/share/rsl
	install -m 644 $(BUILD)/samples/*.sys $(INSTALLED)/share/rsl/samples
	install -m 644 LICENSE $(wildcard README.md) $(INSTALLED)/share/doc/rsl
	$(BUILD)/bin/rsl manual > $(INSTALLED)/share/man/man1/rsl.1
	$(BUILD)/bin/rsl completion > $(INSTALLED)/share/bash-completion/completions/rsl

clean:
	rm -rf $(BUILD)
