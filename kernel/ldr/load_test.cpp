// SPDX-License-Identifier: GPL-2.0-only
// In the VM: images made here are mapped, bound, run, and taken away again.
#include "abi/functions/ldr.h"
#include "abi/functions/rtl_string.h"
#include "abi/types/status.h"
#include "base/testing/test.hpp"
#include "kernel/arch/paging.hpp"
#include "kernel/ldr/library.hpp"
#include "kernel/ldr/test_image.hpp"
#include "kernel/rtl/exception.hpp"

namespace {

using namespace rsl::ldr;
using rsl::Status;

rsl::arch::Protection protection_at(uint64_t address) {
    const auto mapping = rsl::arch::query_page(rsl::arch::kernel_root(), address & ~uint64_t{0xFFF});
    return mapping ? mapping->protection : rsl::arch::Protection{};
}
bool is_mapped(uint64_t address) { return rsl::arch::query_page(rsl::arch::kernel_root(), address & ~uint64_t{0xFFF}).ok(); }
std::string_view text_of(const LoadReport& report) { return report.text; }
bool says(const LoadReport& report, std::string_view part) { return text_of(report).find(part) != std::string_view::npos; }

using Entry = int(NTAPI*)();
int call(uint64_t address) { return reinterpret_cast<Entry>(address)(); }

}  // namespace

RSL_TEST(Load, RunsAnImageAndTakesItAway) {
    static TestDriver file;
    LoadReport report;
    const auto loaded = load_image(file.file(), u"loadtest.sys", report);
    RSL_REQUIRE(bool(loaded));
    Module& module = **loaded;
    const uint64_t base = module.base();
    RSL_EXPECT_EQ(report.missing_imports, 0u);
    RSL_EXPECT_EQ(call(module.entry_point()), 42);
    RSL_EXPECT(module_of(base + 0x1800) == &module && module_of(base + module.bytes()) != &module);
    RSL_EXPECT(find_module(u"LOADTEST.SYS") == &module);
    // Relocated: the word in .data points into .text where it lies now.
    RSL_EXPECT_EQ(*reinterpret_cast<uint64_t*>(base + file.data + 0x10), base + file.text);
    char where[40];
    RSL_EXPECT(describe_address(base + 0x12, where) == "loadtest.sys+0x12");
    unload(module);
    RSL_EXPECT(module_of(base) == nullptr && find_module(u"loadtest.sys") == nullptr);
    RSL_EXPECT(!is_mapped(base));
}

RSL_TEST(Load, ProtectsEachSection) {
    static TestDriver file;
    LoadReport report;
    const auto loaded = load_image(file.file(), u"protect.sys", report);
    RSL_REQUIRE(bool(loaded));
    const uint64_t base = (*loaded)->base();
    RSL_EXPECT(!protection_at(base).writable && !protection_at(base).executable);
    RSL_EXPECT(!protection_at(base + file.text).writable && protection_at(base + file.text).executable);
    RSL_EXPECT(!protection_at(base + file.rdata).writable && !protection_at(base + file.rdata).executable);
    RSL_EXPECT(protection_at(base + file.data).writable && !protection_at(base + file.data).executable);
    unload(**loaded);
}

RSL_TEST(Load, RunsSectionsThatShareAPage) {
    static TestDriver file{0x80, 0x80};
    LoadReport report;
    const auto loaded = load_image(file.file(), u"flat.sys", report);
    RSL_REQUIRE(bool(loaded));
    RSL_EXPECT_EQ(call((*loaded)->entry_point()), 42);
    unload(**loaded);
}

RSL_TEST(Load, BindsImports) {
    static TestDriver file;
    file.write_code(file.text, {0x48, 0x83, 0xEC, 0x28,                // sub rsp, 28h
                                0xB9, 'x', 0, 0, 0,                    // mov ecx, 'x'
                                0xFF, 0x15, 0, 0, 0, 0,                // call [rip + slot]
                                0x48, 0x83, 0xC4, 0x28, 0xC3});        // add rsp, 28h; ret
    file.write(file.text + 11, file.slots - (file.text + 15));
    LoadReport report;
    const auto loaded = load_image(file.file(), u"binds.sys", report);
    RSL_REQUIRE(bool(loaded));
    RSL_EXPECT_EQ(call((*loaded)->entry_point()) & 0xFFFF, 'X');
    unload(**loaded);
}

RSL_TEST(Load, ReportsMissingFunctionsAndLoadsAllTheSame) {
    static TestDriver file;
    const uint32_t table = file.write_imports(
        file.rdata, {{"ntoskrnl.exe", {"RtlInitUnicodeString", "RslNoSuchFunction"}}, {"nowhere.sys", {"#7"}}});
    LoadReport report;
    const auto loaded = load_image(file.file(), u"missing.sys", report);
    RSL_REQUIRE(bool(loaded));
    RSL_EXPECT_EQ(report.missing_imports, 2u);
    RSL_EXPECT(says(report, "needs 2 functions that RSL lacks: ntoskrnl.exe!RslNoSuchFunction, nowhere.sys!ordinal 7"));
    RSL_EXPECT(std::string_view(report.missing_module) == "nowhere.sys");
    const auto* slots = reinterpret_cast<const uint64_t*>((*loaded)->base() + table);
    RSL_EXPECT_EQ(slots[0], reinterpret_cast<uint64_t>(&RtlInitUnicodeString));
    RSL_EXPECT(protection_at(slots[1]).executable && !protection_at(slots[1]).writable);
    unload(**loaded);
}

RSL_TEST(Load, BindsADriverToADriver) {
    static TestDriver library, user;
    if (library.headers().FileHeader.NumberOfSections == 4) {
        const uint32_t edata = library.add_section(".edata", TestImage::kReadOnly, 0x200);
        library.write_exports(edata, "library.sys",
                              {{"LibraryAnswer", library.text, {}},
                               {"LibraryForwarded", 0, "ntoskrnl.RtlInitUnicodeString"},
                               {"LibraryOrdinal", 0, "library.#10"}});
    }
    user.write_imports(user.rdata, {{"LIBRARY.sys", {"LibraryAnswer", "LibraryForwarded", "LibraryOrdinal", "#10"}}});
    LoadReport report;
    const auto first = load_image(library.file(), u"library.sys", report);
    RSL_REQUIRE(bool(first));
    const auto second = load_image(user.file(), u"user.sys", report);
    RSL_REQUIRE(bool(second));
    const auto* slots = reinterpret_cast<const uint64_t*>((*second)->base() + user.slots);
    const uint64_t answer = (*first)->base() + library.text;
    RSL_EXPECT_EQ(slots[0], answer);
    RSL_EXPECT_EQ(slots[1], reinterpret_cast<uint64_t>(&RtlInitUnicodeString));
    RSL_EXPECT_EQ(slots[2], answer);
    RSL_EXPECT_EQ(slots[3], answer);
    RSL_EXPECT_EQ((*first)->references(), 2u);
    unload(**first);  // still needed
    RSL_EXPECT(find_module(u"library.sys") == *first);
    unload(**second);
    RSL_EXPECT(find_module(u"library.sys") == nullptr);
}

RSL_TEST(Load, LoadsALibraryForTheFirstThatImportsFromIt) {
    static TestDriver base, library, first, second;
    const uint32_t base_exports = base.add_section(".edata", TestImage::kReadOnly, 0x200);
    base.write_exports(base_exports, "testbase.sys", {{"BaseAnswer", base.text, {}}});
    const uint32_t exports = library.add_section(".edata", TestImage::kReadOnly, 0x200);
    library.write_exports(exports, "testlib.sys", {{"LibraryAnswer", 0, "testbase.BaseAnswer"}});
    library.write_imports(library.rdata, {{"testbase.sys", {"BaseAnswer"}}});  // as ksecdd.sys brings cng.sys along
    RSL_REQUIRE(bool(keep_library("testbase.sys", base.file())));
    RSL_REQUIRE(bool(keep_library("testlib.sys", library.file())));
    RSL_EXPECT(find_module(u"testlib.sys") == nullptr && find_module(u"testbase.sys") == nullptr);

    LoadReport report;
    const uint32_t slot = first.write_imports(first.rdata, {{"TESTLIB.sys", {"LibraryAnswer"}}});
    const auto loaded = load_image(first.file(), u"libuser.sys", report);
    RSL_REQUIRE(bool(loaded));
    RSL_EXPECT_EQ(report.missing_imports, 0u);
    const Module* made = find_module(u"testbase.sys");
    RSL_REQUIRE(made != nullptr && find_module(u"testlib.sys") != nullptr);
    RSL_EXPECT_EQ(*reinterpret_cast<const uint64_t*>((*loaded)->base() + slot), made->base() + base.text);
    unload(**loaded);
    RSL_EXPECT(find_module(u"testlib.sys") != nullptr);  // it stays

    second.write_imports(second.rdata, {{"testlib.sys", {"LibraryAnswer", "LibraryLacks"}}});
    const auto again = load_image(second.file(), u"libuser.sys", report);
    RSL_REQUIRE(bool(again));
    RSL_EXPECT_EQ(report.missing_imports, 1u);
    RSL_EXPECT(find_module(u"testbase.sys") == made);
    unload(**again);
}

RSL_TEST(Load, ReportsALibraryThatIsDamaged) {
    static TestDriver user;
    constexpr std::byte kNoise[64] = {};
    RSL_REQUIRE(bool(keep_library("testnoise.sys", kNoise)));
    user.write_imports(user.rdata, {{"testnoise.sys", {"Anything"}}});
    LoadReport report;
    const auto loaded = load_image(user.file(), u"noiseuser.sys", report);
    RSL_REQUIRE(bool(loaded));
    RSL_EXPECT(says(report, "needs 1 function that RSL lacks: testnoise.sys!Anything"));
    unload(**loaded);
}

RSL_TEST(Load, GivesEachImageACookieOfItsOwnAndGuardPointers) {
    static TestDriver file;
    constexpr uint64_t kDefault = 0x00002B992DDFA232;
    const uint32_t config = file.rdata + 0x300;
    file.write(config, uint32_t{0x94});
    file.write(config + 0x58, TestImage::kBase + file.data);
    file.write(config + 0x70, TestImage::kBase + file.rdata + 0x3F0);
    file.write(config + 0x78, TestImage::kBase + file.rdata + 0x3F8);
    file.write(file.data, kDefault);
    file.set_directory(IMAGE_DIRECTORY_ENTRY_LOAD_CONFIG, config, 0x94);
    file.write_relocations(file.reloc, {config + 0x58, config + 0x70, config + 0x78});
    LoadReport report;
    const auto loaded = load_image(file.file(), u"cookie.sys", report);
    RSL_REQUIRE(bool(loaded));
    const uint64_t base = (*loaded)->base();
    const uint64_t cookie = *reinterpret_cast<uint64_t*>(base + file.data);
    RSL_EXPECT(cookie != kDefault && cookie != 0 && cookie >> 48 == 0);
    // The dispatcher jumps to RAX, the check just returns: try the latter.
    const uint64_t check = *reinterpret_cast<uint64_t*>(base + file.rdata + 0x3F0);
    RSL_EXPECT(module_of(check) != nullptr && module_of(check)->is_kernel());
    reinterpret_cast<void (*)(uint64_t)>(check)(base + file.text);
    RSL_EXPECT(module_of(*reinterpret_cast<uint64_t*>(base + file.rdata + 0x3F8)) != nullptr);
    unload(**loaded);
}

RSL_TEST(Load, FreesInitSectionsOnRequest) {
    static TestDriver file;
    static uint32_t init = file.add_section("INIT", TestImage::kCode | IMAGE_SCN_MEM_DISCARDABLE | IMAGE_SCN_MEM_WRITE);
    LoadReport report;
    const auto loaded = load_image(file.file(), u"init.sys", report);
    RSL_REQUIRE(bool(loaded));
    const uint64_t base = (*loaded)->base();
    RSL_EXPECT(protection_at(base + init).executable && !protection_at(base + init).writable);
    discard_init(**loaded);
    RSL_EXPECT(!is_mapped(base + init) && !is_mapped(base + file.reloc) && is_mapped(base + file.text));
    unload(**loaded);
}

RSL_TEST(Load, UnwindsThroughALoadedImage) {
    static TestDriver file;
    static uint32_t pdata = file.add_section(".pdata", TestImage::kReadOnly, 0x100);
    // entry: push rbx; call [rip + slot of RtlRaiseStatus]; int3; .. with unwind info for the push.
    file.write_imports(file.rdata, {{"ntoskrnl.exe", {"ExRaiseStatus"}}});
    file.write_code(file.text, {0x53, 0x48, 0x83, 0xEC, 0x20,          // push rbx; sub rsp, 20h
                                0xBB, 1, 0, 0, 0,                      // mov ebx, 1: must come back
                                0xB9, 0x05, 0x00, 0x00, 0xE0,          // mov ecx, 0E0000005h
                                0xFF, 0x15, 0, 0, 0, 0, 0xCC});        // call [rip + slot]; int3
    file.write(file.text + 17, file.slots - (file.text + 21));
    RUNTIME_FUNCTION function{};
    function.BeginAddress = file.text;
    function.EndAddress = file.text + 22;
    function.UnwindData = pdata + 0x40;
    file.write(pdata, function);
    // version 1, prologue of 5 bytes, 2 codes: at 5 alloc small 0x20, at 1 push rbx
    file.write_code(pdata + 0x40, {1, 5, 2, 0, 5, 0x32, 1, 0x30});
    file.set_directory(IMAGE_DIRECTORY_ENTRY_EXCEPTION, pdata, sizeof(function));
    LoadReport report;
    const auto loaded = load_image(file.file(), u"unwind.sys", report);
    RSL_REQUIRE(bool(loaded));
    const uint64_t entry = (*loaded)->entry_point();
    EXCEPTION_RECORD record{};
    const int32_t code = rsl::rtl::seh_invoke(
        [](void* address) { return call(reinterpret_cast<uint64_t>(address)); }, reinterpret_cast<void*>(entry), &record);
    RSL_EXPECT_EQ(static_cast<uint32_t>(code), 0xE0000005u);
    RSL_EXPECT_EQ(reinterpret_cast<uint64_t>(record.ExceptionAddress), entry + 21);
    unload(**loaded);
}

RSL_TEST(Load, PutsAnImageWithoutRelocationsAtItsOwnAddress) {
    constexpr uint64_t kWanted = Image::kFixedBase + 0x1230000;
    static TestDriver file;
    LoadReport report;
    file.headers().FileHeader.Characteristics |= IMAGE_FILE_RELOCS_STRIPPED;
    file.optional().DataDirectory[IMAGE_DIRECTORY_ENTRY_BASERELOC] = {};
    file.optional().ImageBase = kWanted;
    for (int round = 0; round < 2; ++round) {  // twice: the address is free again
        const auto loaded = load_image(file.file(), u"fixed.sys", report);
        RSL_REQUIRE(bool(loaded));
        RSL_EXPECT_EQ((*loaded)->base(), kWanted);
        RSL_EXPECT_EQ(call((*loaded)->entry_point()), 42);
        RSL_EXPECT_EQ(load_image(file.file(), u"second.sys", report).status(), Status::kConflictingAddresses);
        RSL_EXPECT(says(report, "not free"));
        unload(**loaded);
        RSL_EXPECT(!is_mapped(kWanted));
    }
}

RSL_TEST(Load, SaysWhyNot) {
    static TestDriver file;
    LoadReport report;
    file.headers().FileHeader.Machine = IMAGE_FILE_MACHINE_I386;
    RSL_EXPECT_EQ(load_image(file.file(), u"bad.sys", report).status(), Status::kImageMachineTypeMismatch);
    RSL_EXPECT(says(report, "32-bit driver"));
    file.headers().FileHeader.Machine = IMAGE_FILE_MACHINE_AMD64;
    file.headers().FileHeader.Characteristics |= IMAGE_FILE_RELOCS_STRIPPED;
    RSL_EXPECT_EQ(load_image(file.file(), u"bad.sys", report).status(), Status::kConflictingAddresses);
    RSL_EXPECT(says(report, "0x140000000") && says(report, "not the kernel's"));
    file.headers().FileHeader.Characteristics &= static_cast<USHORT>(~IMAGE_FILE_RELOCS_STRIPPED);
    const auto once = load_image(file.file(), u"twice.sys", report);
    RSL_REQUIRE(bool(once));
    RSL_EXPECT_EQ(load_image(file.file(), u"TWICE.sys", report).status(), Status::kObjectNameCollision);
    RSL_EXPECT(says(report, "loaded already"));
    unload(**once);
    RSL_EXPECT(find_module(u"bad.sys") == nullptr);
}

RSL_TEST(Load, LoadsAgainAndAgain) {
    static TestDriver file;
    for (int i = 0; i < 100; ++i) {
        LoadReport report;
        const auto loaded = load_image(file.file(), u"again.sys", report);
        RSL_REQUIRE(bool(loaded));
        unload(**loaded);
    }
}

RSL_TEST(LdrExports, FindRoutinesAndImages) {
    UNICODE_STRING name;
    RtlInitUnicodeString(&name, u"RtlInitUnicodeString");
    RSL_EXPECT(MmGetSystemRoutineAddress(&name) == reinterpret_cast<void*>(&RtlInitUnicodeString));
    RtlInitUnicodeString(&name, u"NoSuchRoutineAnywhere");
    RSL_EXPECT(MmGetSystemRoutineAddress(&name) == nullptr);
    void* base = nullptr;
    RSL_EXPECT(RtlPcToFileHeader(reinterpret_cast<void*>(&RtlInitUnicodeString), &base) == base && base != nullptr);
    void* none = nullptr;
    RSL_EXPECT(RtlPcToFileHeader(reinterpret_cast<void*>(uint64_t{0x1000}), &none) == nullptr && none == nullptr);
    RSL_EXPECT(RtlFindExportedRoutineByName(base, "RtlInitUnicodeString") == reinterpret_cast<void*>(&RtlInitUnicodeString));
    const PIMAGE_NT_HEADERS headers = RtlImageNtHeader(base);
    RSL_REQUIRE(headers != nullptr);
    RSL_EXPECT_EQ(headers->Signature, static_cast<ULONG>(IMAGE_NT_SIGNATURE));
    PIMAGE_NT_HEADERS again = nullptr;
    RSL_EXPECT_EQ(RtlImageNtHeaderEx(0, base, headers->OptionalHeader.SizeOfImage, &again), STATUS_SUCCESS);
    RSL_EXPECT(again == headers);
    RSL_EXPECT_EQ(RtlImageNtHeaderEx(0, base, 16, &again), STATUS_INVALID_IMAGE_FORMAT);
    ULONG bytes = 0;
    const void* exports = RtlImageDirectoryEntryToData(base, TRUE, IMAGE_DIRECTORY_ENTRY_EXPORT, &bytes);
    RSL_EXPECT(exports != nullptr && bytes != 0);
    static TestDriver file;
    auto* raw = const_cast<std::byte*>(file.file().data());
    RSL_EXPECT(RtlImageDirectoryEntryToData(raw, FALSE, IMAGE_DIRECTORY_ENTRY_IMPORT, &bytes) == file.at(file.rdata));
    RSL_EXPECT(RtlImageDirectoryEntryToData(raw, FALSE, IMAGE_DIRECTORY_ENTRY_TLS, &bytes) == nullptr && bytes == 0);
}
