// SPDX-License-Identifier: GPL-2.0-only
#include "shim/wine/registry_names.hpp"

#include "base/testing/test.hpp"

namespace rsl::wine {
namespace {

std::u16string below_services(std::u16string_view name) {
    return std::u16string(kServices) + std::u16string(name);
}

RSL_TEST(RegistryNames, AServiceIsOneComponentBelowServices)
{
    RSL_EXPECT(service_of(below_services(u"echo")) == u"echo");
    RSL_EXPECT(service_of(u"\\REGISTRY\\MACHINE\\system\\currentcontrolset\\SERVICES\\Echo") ==
               u"Echo");
    RSL_EXPECT(service_of(u"\\Registry\\Machine\\System\\ControlSet001\\Services\\echo") ==
               u"echo");
    RSL_EXPECT(service_of(below_services(std::u16string(255, u'x'))).size() == 255);
}

RSL_TEST(RegistryNames, NothingElseIsAService)
{
    for (const auto path : {u"", u"echo", u"\\Registry\\Machine\\Software\\echo",
                            u"\\Registry\\Machine\\System\\CurrentControlSet\\Services",
                            u"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\",
                            u"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\a\\b",
                            u"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\a\\",
                            u"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\\\a",
                            u"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\../a",
                            u"\\Registry\\Machine\\System\\ControlSet\\Services\\a",
                            u"\\Registry\\Machine\\System\\ControlSet0x1\\Services\\a",
                            u"\\Registry\\Machine\\System\\ControlSet00"}) {
        RSL_EXPECT(service_of(path).empty());
    }
    RSL_EXPECT(service_of(below_services(std::u16string(256, u'x'))).empty());
    RSL_EXPECT(service_of(below_services(std::u16string(u"a\0b", 3))).empty());
}

RSL_TEST(RegistryNames, PathsBelowAKeyHaveNoEmptyComponents)
{
    RSL_EXPECT(is_relative_key(u""));
    RSL_EXPECT(is_relative_key(u"Parameters"));
    RSL_EXPECT(is_relative_key(u"Parameters\\Port 1\\..."));
    RSL_EXPECT(!is_relative_key(u"\\Parameters"));
    RSL_EXPECT(!is_relative_key(u"Parameters\\"));
    RSL_EXPECT(!is_relative_key(u"a\\\\b"));
    RSL_EXPECT(!is_relative_key(std::u16string(256, u'x')));
    RSL_EXPECT(!is_relative_key(std::u16string(u"a\0b", 3)));
}

RSL_TEST(RegistryNames, WhatWineStartsIsNotTheDriversToWrite)
{
    for (const auto name : {u"ImagePath", u"imagepath", u"Type", u"OBJECTNAME", u"FailureCommand"})
        RSL_EXPECT(!is_drivers_own(u"", name));
    RSL_EXPECT(is_drivers_own(u"", u"Start"));
    RSL_EXPECT(is_drivers_own(u"", u""));
    RSL_EXPECT(is_drivers_own(u"Parameters", u"Type"));
}

RSL_TEST(RegistryNames, FoldWithoutCase)
{
    RSL_EXPECT(folded(u"Gr\u00DC\u00DF \u0416\u0401\u03A9 \u00D7[") ==
               u"gr\u00FC\u00DF \u0436\u0451\u03C9 \u00D7[");
}

}  // namespace
}  // namespace rsl::wine
