// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/ldr/image.hpp"

#include "base/testing/test.hpp"
#include "kernel/ldr/test_image.hpp"

namespace {

using rsl::Status;
using rsl::ldr::Import;
using rsl::ldr::parse;
using rsl::ldr::TestDriver;
using rsl::ldr::TestImage;
// Test images are static: a kernel stack has no room for them.

/// Whether the image is refused with a sentence that contains `part`.
bool refused(const TestImage& image, std::string_view part) {
    const auto result = parse(image.file());
    return !result && std::string_view(result.refusal().text).find(part) != std::string_view::npos;
}

}  // namespace

RSL_TEST(Image, AcceptsADriver) {
    static TestDriver driver;
    const auto result = parse(driver.file());
    RSL_REQUIRE(bool(result));
    const auto& image = result.image();
    RSL_EXPECT_EQ(image.section_count(), 4u);
    RSL_EXPECT(image.section(0).name() == ".text" && image.section(2).has(IMAGE_SCN_MEM_WRITE));
    RSL_EXPECT_EQ(image.entry_rva(), driver.text);
    RSL_EXPECT(!image.relocations_stripped() && !image.is_flat());
}

RSL_TEST(Image, ListsImportsByNameAndOrdinal) {
    static TestDriver driver;
    driver.write_imports(driver.rdata, {{"ntoskrnl.exe", {"A", "#300"}}, {"HAL.dll", {"B"}}});
    const auto result = parse(driver.file());
    RSL_REQUIRE(bool(result));
    Import seen[4];
    uint32_t count = 0;
    RSL_EXPECT(result.image().each_import([&](const Import& import) {
        if (count < 4) seen[count] = import;
        ++count;
        return true;
    }));
    RSL_REQUIRE(count == 3);
    RSL_EXPECT(seen[0].name == "A" && seen[0].module == "ntoskrnl.exe");
    RSL_EXPECT(seen[1].name.empty() && seen[1].ordinal == 300);
    RSL_EXPECT(seen[2].name == "B" && seen[2].module == "HAL.dll");
    RSL_EXPECT_EQ(seen[1].slot_rva, seen[0].slot_rva + 8);
}

RSL_TEST(Image, ListsDelayedImports) {
    static TestDriver driver;
    const uint32_t table = driver.add_section(".didat", TestImage::kData, 0x200);
    const uint32_t names = table + 0x80, addresses = table + 0xA0, text = table + 0xC0;
    IMAGE_DELAYLOAD_DESCRIPTOR descriptor{};
    descriptor.Attributes.AllAttributes = 1;
    descriptor.DllNameRVA = text;
    descriptor.ImportNameTableRVA = names;
    descriptor.ImportAddressTableRVA = addresses;
    driver.write(table, descriptor);
    driver.write_string(text, "late.sys");
    driver.write(names, uint64_t{text} + 0x20);
    driver.write_string(text + 0x22, "LateFunction");
    driver.set_directory(IMAGE_DIRECTORY_ENTRY_DELAY_IMPORT, table, 64);
    const auto result = parse(driver.file());
    RSL_REQUIRE(bool(result));
    uint32_t delayed = 0;
    result.image().each_import([&](const Import& import) {
        if (import.delayed && import.name == "LateFunction" && import.module == "late.sys") ++delayed;
        return true;
    });
    RSL_EXPECT_EQ(delayed, 1u);
}

RSL_TEST(Image, FindsExports) {
    static TestDriver driver;
    const uint32_t edata = driver.add_section(".edata", TestImage::kReadOnly, 0x200);
    driver.write_exports(edata, "test.sys", {{"Alpha", driver.text, {}}, {"Beta", 0, "ntoskrnl.Gamma"}, {"Zeta", driver.text + 1, {}}});
    const auto result = parse(driver.file());
    RSL_REQUIRE(bool(result));
    const auto& image = result.image();
    RSL_EXPECT(image.export_name() == "test.sys" && image.named_export_count() == 3);
    RSL_EXPECT(image.find_export("Alpha") && image.find_export("Alpha")->rva == driver.text);
    RSL_EXPECT(image.find_export("Beta") && image.find_export("Beta")->forwarder == "ntoskrnl.Gamma");
    RSL_EXPECT(image.find_export("Zeta", 2) && image.find_export("Zeta", 1) && image.find_export("Zeta", 999));
    RSL_EXPECT(!image.find_export("Aaa") && !image.find_export("Zz") && !image.find_export(""));
    RSL_EXPECT(image.find_export(12u) && image.find_export(12u)->rva == driver.text + 1);
    RSL_EXPECT(!image.find_export(9u) && !image.find_export(13u));
}

RSL_TEST(Image, ListsRelocations) {
    static TestDriver driver;
    const auto result = parse(driver.file());
    RSL_REQUIRE(bool(result));
    uint32_t count = 0, place = 0;
    RSL_EXPECT(result.image().each_relocation([&](uint32_t rva) { return ++count, place = rva, true; }));
    RSL_EXPECT(count == 1 && place == driver.data + 0x10);
}

RSL_TEST(Image, AcceptsSectionsBelowAPage) {
    static TestDriver driver{0x80, 0x80};
    const auto result = parse(driver.file());
    RSL_REQUIRE(bool(result));
    RSL_EXPECT(result.image().is_flat());
}

RSL_TEST(Image, ReadsALoadConfigurationAsFarAsItGoes) {
    static TestDriver driver;
    const uint32_t place = driver.rdata + 0x300;
    driver.write(place, uint32_t{0x60});  // an old, short one: with a cookie, without guard pointers
    driver.write(place + 0x58, TestImage::kBase + driver.data);
    driver.write(place + 0x70, uint64_t{1});  // behind its end: not its field
    driver.set_directory(IMAGE_DIRECTORY_ENTRY_LOAD_CONFIG, place, 0x60);
    const auto result = parse(driver.file());
    RSL_REQUIRE(bool(result));
    const auto config = result.image().load_config();
    RSL_EXPECT(config && config->SecurityCookie == TestImage::kBase + driver.data);
    RSL_EXPECT(config && config->GuardCFCheckFunctionPointer == 0);
}

// ---- One sentence for each way to be damaged

RSL_TEST(Refusal, NamesFilesThatAreNoDrivers) {
    static TestDriver driver;
    driver.cut_to(0);
    RSL_EXPECT(refused(driver, "is empty"));
    const std::byte text[] = {std::byte{'#'}, std::byte{'!'}};
    RSL_EXPECT_EQ(parse(text).refusal().status, Status::kInvalidImageNotMz);
    static TestDriver dos;
    dos.headers().Signature = 0;
    RSL_EXPECT(refused(dos, "DOS program"));
    static TestDriver sixteen;
    sixteen.headers().Signature = 0x454E;
    RSL_EXPECT(refused(sixteen, "16-bit"));
}

RSL_TEST(Refusal, NamesOtherMachines) {
    static TestDriver driver;
    driver.headers().FileHeader.Machine = IMAGE_FILE_MACHINE_I386;
    RSL_EXPECT(refused(driver, "is a 32-bit driver; RSL runs 64-bit (x64) drivers only"));
    RSL_EXPECT_EQ(parse(driver.file()).refusal().status, Status::kImageMachineTypeMismatch);
    driver.headers().FileHeader.Machine = IMAGE_FILE_MACHINE_ARM64;
    RSL_EXPECT(refused(driver, "ARM64"));
    driver.headers().FileHeader.Machine = 0x1234;
    RSL_EXPECT(refused(driver, "0x1234"));
    static TestDriver mixed;
    mixed.optional().Magic = IMAGE_NT_OPTIONAL_HDR32_MAGIC;
    RSL_EXPECT(refused(mixed, "32-bit optional header"));
}

RSL_TEST(Refusal, NamesUserModePrograms) {
    static TestDriver program;
    program.optional().Subsystem = IMAGE_SUBSYSTEM_WINDOWS_CUI;
    RSL_EXPECT(refused(program, "user-mode program"));
    program.headers().FileHeader.Characteristics |= IMAGE_FILE_DLL;
    RSL_EXPECT(refused(program, "user-mode library (.dll)"));
    program.optional().Subsystem = 10;
    RSL_EXPECT(refused(program, "EFI"));
    static TestDriver object;
    object.headers().FileHeader.Characteristics = 0;
    RSL_EXPECT(refused(object, "not linked to the end"));
}

RSL_TEST(Refusal, SaysWhereAFileIsCut) {
    static TestDriver driver;
    driver.cut_to(0x900);
    RSL_EXPECT(refused(driver, "cut short at section .rdata"));
    driver.cut_to(0x300);
    RSL_EXPECT(refused(driver, "headers take 0x400 bytes"));
    driver.cut_to(0x90);
    RSL_EXPECT(refused(driver, "cut short inside its"));
    driver.cut_to(0x60);
    RSL_EXPECT(refused(driver, "PE header should be at 0x80"));
    driver.cut_to(20);
    RSL_EXPECT(refused(driver, "not even its first header"));
}

RSL_TEST(Refusal, ChecksSections) {
    static TestDriver overlap;
    overlap.section_header(1).VirtualAddress = 0x1000;
    RSL_EXPECT(refused(overlap, "section .rdata at 0x1000, which overlaps"));
    static TestDriver outside;
    outside.section_header(3).Misc.VirtualSize = 0x100000;
    RSL_EXPECT(refused(outside, "outside of its image"));
    static TestDriver none;
    none.headers().FileHeader.NumberOfSections = 0;
    RSL_EXPECT(refused(none, "has 0 sections"));
    static TestDriver many;
    many.headers().FileHeader.NumberOfSections = 90;
    RSL_EXPECT(refused(many, "section table"));
    static TestDriver odd;
    odd.optional().SectionAlignment = 0x1800;
    RSL_EXPECT(refused(odd, "impossible alignments"));
    static TestDriver flat{0x80, 0x80};
    flat.optional().FileAlignment = 0x40;
    RSL_EXPECT(refused(flat, "below a page they must be equal"));
    static TestDriver entry;
    entry.optional().AddressOfEntryPoint = entry.data;
    RSL_EXPECT(refused(entry, "entry point"));
}

RSL_TEST(Refusal, ChecksTables) {
    static TestDriver far_away;
    far_away.set_directory(IMAGE_DIRECTORY_ENTRY_IMPORT, 0x500000, 40);
    RSL_EXPECT(refused(far_away, "import table at 0x500000, outside"));
    static TestDriver import;
    import.write(import.slots + 8, ~uint64_t{0} >> 1);
    import.write(import.rdata, uint32_t{0});  // names only in the address table, and one is no address
    RSL_EXPECT(refused(import, "damaged import table"));
    static TestDriver relocation;
    relocation.write(relocation.reloc + 8, static_cast<uint16_t>(IMAGE_REL_BASED_HIGHLOW << 12));
    RSL_EXPECT(refused(relocation, "damaged relocation table"));
    static TestDriver block;
    block.write(block.reloc + 4, uint32_t{0x10000});
    RSL_EXPECT(refused(block, "damaged relocation table"));
    static TestDriver exports;
    exports.set_directory(IMAGE_DIRECTORY_ENTRY_EXPORT, exports.data, 40);
    exports.write(exports.data + 20, uint32_t{1000});
    exports.write(exports.data + 28, exports.data);
    RSL_EXPECT(refused(exports, "export table"));
    static TestDriver cookie;
    cookie.write(cookie.data + 0x20, uint32_t{0x60});
    cookie.write(cookie.data + 0x20 + 0x58, uint64_t{0x1234});
    cookie.set_directory(IMAGE_DIRECTORY_ENTRY_LOAD_CONFIG, cookie.data + 0x20, 0x60);
    RSL_EXPECT(refused(cookie, "load configuration that points outside"));
}

RSL_TEST(Refusal, ChecksTheExceptionTable) {
    static TestDriver driver;
    const uint32_t pdata = driver.add_section(".pdata", TestImage::kReadOnly, 0x100);
    driver.set_directory(IMAGE_DIRECTORY_ENTRY_EXCEPTION, pdata, sizeof(RUNTIME_FUNCTION));
    RUNTIME_FUNCTION function{};
    function.BeginAddress = driver.text;
    function.EndAddress = driver.text + 6;
    function.UnwindData = pdata + 0x40;
    driver.write(pdata, function);
    driver.write(pdata + 0x40, uint32_t{1});  // version 1, nothing saved
    RSL_EXPECT(bool(parse(driver.file())));
    driver.write(pdata + 0x40, uint32_t{1 | UNW_FLAG_CHAININFO << 3});
    driver.write(pdata + 0x44, function);  // chained to itself
    RSL_EXPECT(refused(driver, "exception table (.pdata) at entry 0"));
    driver.write(pdata + 0x40, uint32_t{7});
    RSL_EXPECT(refused(driver, "exception table"));
    driver.write(pdata + 0x40, uint32_t{1});
    function.EndAddress = function.BeginAddress;
    driver.write(pdata, function);
    RSL_EXPECT(refused(driver, "exception table"));
}

RSL_TEST(Refusal, SurvivesEveryDamagedByte) {
    static TestDriver driver;
    const uint32_t edata = driver.headers().FileHeader.NumberOfSections == 4
                               ? driver.add_section(".edata", TestImage::kReadOnly, 0x200)
                               : 0;
    driver.write_exports(edata, "test.sys", {{"Alpha", driver.text, {}}, {"Beta", 0, "ntoskrnl.Gamma"}});
    auto* bytes = const_cast<unsigned char*>(reinterpret_cast<const unsigned char*>(driver.file().data()));
#if defined(RSL_GUEST)
    constexpr size_t kStep = 17;  // emulated, the host's run of every byte would take seconds
#else
    constexpr size_t kStep = 1;
#endif
    uint32_t accepted = 0;
    for (size_t i = 0; i < driver.file().size(); i += kStep) {
        const unsigned char kept = bytes[i];
        for (const int damage : {0x00, 0xFF, 0x80, kept + 1}) {
            bytes[i] = static_cast<unsigned char>(damage);
            const auto result = parse(driver.file());
            if (!result) {
                RSL_REQUIRE(result.refusal().text[0] != '\0');
                continue;
            }
            ++accepted;
            RSL_REQUIRE(result.image().each_import([](const Import&) { return true; }));
            RSL_REQUIRE(result.image().each_relocation([](uint32_t) { return true; }));
            (void)result.image().find_export("Beta");
            (void)result.image().load_config();
        }
        bytes[i] = kept;
    }
    RSL_EXPECT(accepted > 0);
}
