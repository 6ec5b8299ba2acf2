// SPDX-License-Identifier: GPL-2.0-only
#include "boot/kernel_image.hpp"

#include <cstring>

#include "base/testing/test.hpp"

namespace rsl::boot {
namespace {

constexpr uint64_t kPreferredBase = 0x140000000;
constexpr uint64_t kOtherBase = 0xFFFFF80000200000;

// A small kernel: headers, one code page, one data page whose first word is a pointer, relocations.
struct TestImage {
    alignas(16) std::byte file[0x800] = {};
    IMAGE_NT_HEADERS64 headers = {};
    IMAGE_SECTION_HEADER sections[3] = {};

    TestImage() {
        headers.Signature = IMAGE_NT_SIGNATURE;
        headers.FileHeader = {IMAGE_FILE_MACHINE_AMD64, 3, 0, 0, 0, sizeof(IMAGE_OPTIONAL_HEADER64), 0x22};
        headers.OptionalHeader.Magic = IMAGE_NT_OPTIONAL_HDR64_MAGIC;
        headers.OptionalHeader.ImageBase = kPreferredBase;
        headers.OptionalHeader.SectionAlignment = 0x1000;
        headers.OptionalHeader.FileAlignment = 0x200;
        headers.OptionalHeader.SizeOfImage = 0x4000;
        headers.OptionalHeader.SizeOfHeaders = 0x200;
        headers.OptionalHeader.AddressOfEntryPoint = 0x1000;
        headers.OptionalHeader.NumberOfRvaAndSizes = 16;
        headers.OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_BASERELOC] = {0x3000, 12};
        const uint32_t rights[] = {0x60000020u, 0xC0000040u, 0x42000040u};
        for (uint32_t i = 0; i < 3; ++i) {
            sections[i].VirtualAddress = 0x1000 * (i + 1);
            sections[i].Misc.VirtualSize = 0x1000;
            sections[i].SizeOfRawData = 0x200;
            sections[i].PointerToRawData = 0x200 * (i + 1);
            sections[i].Characteristics = rights[i];
        }
        const uint64_t pointer = kPreferredBase + 0x1234;
        std::memcpy(file + 0x400, &pointer, sizeof(pointer));
        const struct {
            uint32_t page, bytes;
            uint16_t entries[2];
        } block = {0x2000, 12, {IMAGE_REL_BASED_DIR64 << 12, 0}};
        std::memcpy(file + 0x600, &block, sizeof(block));
        write();
    }
    void write() {
        IMAGE_DOS_HEADER dos = {};
        dos.e_magic = IMAGE_DOS_SIGNATURE;
        dos.e_lfanew = 64;
        std::memcpy(file, &dos, sizeof(dos));
        std::memcpy(file + 64, &headers, sizeof(headers));
        // the section table overlaps nothing: 64 + 264 + 120 < 0x200
        std::memcpy(file + 64 + sizeof(headers), sections, sizeof(sections));
    }
    std::span<const std::byte> bytes() const { return file; }
};

RSL_TEST(KernelImage, PlacesAndRelocates) {
    TestImage test;
    const auto image = KernelImage::parse(test.bytes());
    RSL_REQUIRE(image.ok());
    static std::byte memory[0x4000];
    RSL_REQUIRE(image->place(memory, kOtherBase).ok());
    uint64_t pointer = 0;
    std::memcpy(&pointer, memory + 0x2000, sizeof(pointer));
    RSL_EXPECT_EQ(pointer, kOtherBase + 0x1234);
    RSL_EXPECT_EQ(image->entry_offset(), uint64_t{0x1000});
}

RSL_TEST(KernelImage, TellsTheRightsOfEachPage) {
    TestImage test;
    const auto image = KernelImage::parse(test.bytes());
    RSL_REQUIRE(image.ok());
    const auto headers = image->access_of_page(0);
    const auto code = image->access_of_page(0x1000);
    const auto data = image->access_of_page(0x2000);
    RSL_REQUIRE(headers.ok() && code.ok() && data.ok());
    RSL_EXPECT(!headers->writable && !headers->executable);
    RSL_EXPECT(!code->writable && code->executable);
    RSL_EXPECT(data->writable && !data->executable);
}

RSL_TEST(KernelImage, RefusesWritableCode) {
    TestImage test;
    test.sections[0].Characteristics |= IMAGE_SCN_MEM_WRITE;
    test.write();
    const auto image = KernelImage::parse(test.bytes());
    RSL_REQUIRE(image.ok());
    RSL_EXPECT_EQ(image->access_of_page(0x1000).status(), Status::kInvalidImageProtect);
}

RSL_TEST(KernelImage, RefusesOtherFilesAndMachines) {
    TestImage test;
    test.headers.FileHeader.Machine = IMAGE_FILE_MACHINE_ARM64;
    test.write();
    RSL_EXPECT_EQ(KernelImage::parse(test.bytes()).status(), Status::kImageMachineTypeMismatch);
    test.file[0] = std::byte{'P'};
    RSL_EXPECT_EQ(KernelImage::parse(test.bytes()).status(), Status::kInvalidImageNotMz);
    RSL_EXPECT_EQ(KernelImage::parse({}).status(), Status::kInvalidImageNotMz);
}

RSL_TEST(KernelImage, RefusesASectionOutsideFileOrImage) {
    TestImage test;
    test.sections[1].PointerToRawData = 0x700;
    test.write();
    RSL_EXPECT_EQ(KernelImage::parse(test.bytes()).status(), Status::kInvalidImageFormat);
    test.sections[1].PointerToRawData = 0x400;
    test.sections[1].VirtualAddress = 0x4000;
    test.write();
    RSL_EXPECT_EQ(KernelImage::parse(test.bytes()).status(), Status::kInvalidImageFormat);
}

RSL_TEST(KernelImage, RefusesARelocationOutsideTheImage) {
    TestImage test;
    const uint32_t page = 0x3FFC;
    std::memcpy(test.file + 0x600, &page, sizeof(page));
    const auto image = KernelImage::parse(test.bytes());
    RSL_REQUIRE(image.ok());
    static std::byte memory[0x4000];
    RSL_EXPECT_EQ(image->place(memory, kOtherBase).status(), Status::kInvalidImageFormat);
}

RSL_TEST(KernelImage, RefusesARelocationBlockOfNoLength) {
    TestImage test;
    const uint32_t none = 0;
    std::memcpy(test.file + 0x604, &none, sizeof(none));
    const auto image = KernelImage::parse(test.bytes());
    RSL_REQUIRE(image.ok());
    static std::byte memory[0x4000];
    RSL_EXPECT_EQ(image->place(memory, kOtherBase).status(), Status::kInvalidImageFormat);
}

}  // namespace
}  // namespace rsl::boot
