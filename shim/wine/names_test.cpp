// SPDX-License-Identifier: GPL-2.0-only
#include "shim/wine/names.hpp"

#include "base/testing/test.hpp"

using namespace rsl::wine;

RSL_TEST(WineNames, EverySpellingOfADeviceIsAsked)
{
    for (const auto* path :
         {u"\\??\\Echo", u"\\DosDevices\\Echo", u"\\GLOBAL??\\Echo", u"\\??\\Global\\Echo",
          u"\\Device\\Echo", u"\\??\\GLOBALROOT\\Device\\Echo", u"\\??\\GLOBALROOT\\??\\Echo",
          u"\\??\\Echo\\part", u"\\??\\COM7", u"\\??\\r:",
          u"\\??\\ROOT#NET#0000#{ad498944-762f-11d0-8dca-00c04fc3358c}"}) {
        RSL_EXPECT(may_be_device(path));
    }
}

RSL_TEST(WineNames, FilesAndWinesOwnAreNot)
{
    for (const auto* path :
         {u"", u"\\", u"\\??\\", u"\\??\\C:\\", u"\\??\\c:\\windows\\x.dll",
          u"\\??\\UNC\\server\\share", u"\\??\\pipe\\x", u"\\??\\unix\\home", u"\\??\\NUL",
          u"\\Device\\NamedPipe\\x", u"\\Registry\\Machine", u"Echo",
          u"\\??\\GLOBALROOT\\BaseNamedObjects\\x", u"\\??\\GLOBALROOT"}) {
        RSL_EXPECT(!may_be_device(path));
    }
}

RSL_TEST(WineNames, LastComponentOfEitherSlash)
{
    RSL_EXPECT(last_component(u"C:\\windows\\system32\\services.exe") == u"services.exe");
    RSL_EXPECT(last_component(u"/usr/bin/wine") == u"wine");
    RSL_EXPECT(last_component(u"services.exe") == u"services.exe");
}
