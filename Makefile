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

.PHONY: all host guest sanitized packages clean
all: host guest

packages:
	@tools/install_packages

$(BUILD)/cmake/host/build.ninja: | packages
	@$(CMAKE) -B $(BUILD)/cmake/host $(HOST_COMPILERS) $(OUTPUT)
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

clean:
	rm -rf $(BUILD)
