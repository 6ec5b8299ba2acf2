// SPDX-License-Identifier: GPL-2.0-only
// The same on the Wine that this machine has: what was found by value has to agree with its
// ntdll.dll, number by number.
#include <dlfcn.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/testing/test.hpp"
#include "shim/wine/pe_stubs.hpp"
#include "shim/wine/syscall_table.hpp"

using namespace rsl::wine;

namespace {

const std::filesystem::path kWine = "/usr/lib/x86_64-linux-gnu/wine";

std::vector<std::byte> read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    const std::vector<char> text{std::istreambuf_iterator<char>(file), {}};
    const auto bytes = std::as_bytes(std::span{text});
    return {bytes.begin(), bytes.end()};
}

}  // namespace

RSL_TEST(InstalledWine, TableByValueAgreesWithEveryStub)
{
    void* ntdll = ::dlopen((kWine / "x86_64-unix/ntdll.so").c_str(), RTLD_NOW);
    if (ntdll == nullptr) RSL_SKIP("Debian's wine64 is not installed");
    const auto image = find_loaded_image(ntdll);
    const auto numbers = read_stub_numbers(read_file(kWine / "x86_64-windows/ntdll.dll"));
    RSL_EXPECT(image && numbers && numbers->size() > 200);
    if (!image || !numbers) return;
    RSL_EXPECT(find_handler_abi(image->code));

    std::vector<NamedFunction> functions;
    for (const auto& [name, number] : *numbers) {
        if (void* address = ::dlsym(ntdll, name.c_str()))
            functions.push_back({name, reinterpret_cast<uint64_t>(address)});
    }
    const auto slots = find_slots(find_pointer_runs(*image), functions);
    RSL_EXPECT(slots);
    if (!slots) return;
    const uint64_t* base = (*slots)[0] - numbers->at(functions[0].name);
    for (size_t i = 0; i < functions.size(); ++i)
        RSL_EXPECT_EQ((*slots)[i] - numbers->at(functions[i].name), base);
}

RSL_TEST(InstalledWine, DamagedNtdllIsRefused)
{
    auto file = read_file(kWine / "x86_64-windows/ntdll.dll");
    if (file.empty()) RSL_SKIP("Debian's wine64 is not installed");
    RSL_EXPECT(!read_stub_numbers(std::span{file}.first(512)));
    file[0x3C] = std::byte{0xFF};
    file[0x3F] = std::byte{0xFF};
    RSL_EXPECT(!read_stub_numbers(file));
    RSL_EXPECT(!read_stub_numbers({}));
}
