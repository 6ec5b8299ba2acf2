// SPDX-License-Identifier: GPL-2.0-only
#include "buses/pci/ids.hpp"

#include <string>
#include <vector>

#include "base/testing/test.hpp"

namespace rsl::pci {
namespace {

constexpr Identity kEdu = {0x1234, 0x11E8, 0x1AF4, 0x1100, 0x10, 0x00, 0xFF, 0x00};

std::vector<std::u16string> strings(std::span<const char16_t> list) {
    std::vector<std::u16string> found;
    for (size_t at = 0; at < list.size() && list[at] != 0;) {
        found.emplace_back(&list[at]);
        at += found.back().size() + 1;
    }
    return found;
}

RSL_TEST(PciIds, DeviceIdHasAllParts) {
    char16_t text[64];
    const size_t written = write_device_id(kEdu, text);
    RSL_EXPECT(std::u16string(text) == u"PCI\\VEN_1234&DEV_11E8&SUBSYS_11001AF4&REV_10");
    RSL_EXPECT_EQ(written, std::u16string(text).size() + 1);
}

RSL_TEST(PciIds, HardwareIdsGoFromTheMostSpecific) {
    char16_t text[256];
    const auto ids = strings(std::span(text, write_hardware_ids(kEdu, text)));
    RSL_REQUIRE(ids.size() == 4);
    RSL_EXPECT(ids[0] == u"PCI\\VEN_1234&DEV_11E8&SUBSYS_11001AF4&REV_10");
    RSL_EXPECT(ids[1] == u"PCI\\VEN_1234&DEV_11E8&SUBSYS_11001AF4");
    RSL_EXPECT(ids[2] == u"PCI\\VEN_1234&DEV_11E8&CC_00FF00");
    RSL_EXPECT(ids[3] == u"PCI\\VEN_1234&DEV_11E8&CC_00FF");
}

RSL_TEST(PciIds, CompatibleIdsEndWithTheClass) {
    char16_t text[256];
    const auto ids = strings(std::span(text, write_compatible_ids(kEdu, text)));
    RSL_REQUIRE(ids.size() == 7);
    RSL_EXPECT(ids[0] == u"PCI\\VEN_1234&DEV_11E8&REV_10");
    RSL_EXPECT(ids[1] == u"PCI\\VEN_1234&DEV_11E8");
    RSL_EXPECT(ids[4] == u"PCI\\VEN_1234");
    RSL_EXPECT(ids[6] == u"PCI\\CC_00FF");
}

RSL_TEST(PciIds, InstanceIsDeviceAndFunction) {
    char16_t text[8];
    RSL_EXPECT_EQ(write_instance_id(4, 1, text), size_t{3});
    RSL_EXPECT(std::u16string(text) == u"21");
}

RSL_TEST(PciIds, WhatDoesNotFitIsSaid) {
    char16_t text[20];
    RSL_EXPECT_EQ(write_device_id(kEdu, text), size_t{0});
    RSL_EXPECT_EQ(write_hardware_ids(kEdu, text), size_t{0});
}

}  // namespace
}  // namespace rsl::pci
