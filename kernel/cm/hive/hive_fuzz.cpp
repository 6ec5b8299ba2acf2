// SPDX-License-Identifier: GPL-2.0-only
// Whatever a hive file holds: no crash, no read outside, no endless reading. The checksum is put right, so that
// the fuzzer gets behind it.
#include <cstdint>
#include <cstring>
#include <vector>

#include "kernel/cm/hive/format.hpp"
#include "kernel/cm/hive/reader.hpp"
#include "kernel/cm/hive/writer.hpp"

using namespace rsl::cm;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    std::vector<std::byte> file(size);
    if (size != 0) std::memcpy(file.data(), data, size);
    if (size >= 512) {
        const uint32_t sum = hive::checksum_of(file);
        std::memcpy(file.data() + 508, &sum, sizeof(sum));
    }
    auto root = Key::create_root(u"ROOT");
    if (!root) return 0;
    hive::Problem problem;
    if (hive::read(file, **root, problem)) hive::write(**root, {}).ignore("any outcome is fine");
    (*root)->drop_reference();
    return 0;
}
