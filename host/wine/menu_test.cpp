// SPDX-License-Identifier: GPL-2.0-only
#include "host/wine/menu.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/testing/test.hpp"

using namespace rsl::wine_host;

namespace {

const std::string kPrefix = "/home/me/.wine";
// As Wine's menu builder writes them.
const std::string kEntry =
    "[Desktop Entry]\nName=Dongle Tool\nExec=env WINEPREFIX=\"/home/me/.wine\" wine "
    "C:\\\\\\\\windows\\\\\\\\command\\\\\\\\start.exe /Unix x.lnk\n"
    "Type=Application\n";

}  // namespace

RSL_TEST(WineMenu, AnEntryIsLedThroughRsl)
{
    const std::string text = enabled_entry(kEntry, kPrefix, "/usr/bin/rsl");
    RSL_EXPECT(
        text.find("Exec=\"/usr/bin/rsl\" wine --prefix \"/home/me/.wine\" -- C:\\\\\\\\windows") !=
        std::string::npos);
    RSL_EXPECT(text.find("Name=Dongle Tool\n") != std::string::npos);
}

RSL_TEST(WineMenu, BackIsWhatItWas)
{
    const std::string text = enabled_entry(kEntry, kPrefix, "/usr/bin/rsl");
    RSL_EXPECT(disabled_entry(text, kPrefix) == kEntry);
    RSL_EXPECT(disabled_entry(kEntry, kPrefix) == kEntry);
    RSL_EXPECT(enabled_entry(text, kPrefix, "/usr/bin/rsl") == text);
}

RSL_TEST(WineMenu, EntriesOfOthersStay)
{
    RSL_EXPECT(enabled_entry(kEntry, "/home/me/.wine2", "/usr/bin/rsl") == kEntry);
    RSL_EXPECT(enabled_entry(kEntry, "/home/me/.win", "/usr/bin/rsl") == kEntry);
    const std::string native = "[Desktop Entry]\nExec=gimp %U\n";
    RSL_EXPECT(enabled_entry(native, kPrefix, "/usr/bin/rsl") == native);
}

RSL_TEST(WineMenu, AFolderIsChangedAndChangedBack)
{
    char folder[] = "/tmp/rsl-menu-test-XXXXXX";
    RSL_REQUIRE(::mkdtemp(folder) != nullptr);
    const std::filesystem::path file = std::filesystem::path(folder) / "Programs" / "tool.desktop";
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << kEntry;
    const auto on = set_menu(folder, kPrefix, MenuState::kThroughRsl, "/usr/bin/rsl");
    RSL_EXPECT(on && on->changed == 1 && on->seen == 1);
    const auto off = set_menu(folder, kPrefix, MenuState::kPlain, "/usr/bin/rsl");
    RSL_EXPECT(off && off->changed == 1);
    std::ifstream stream(file);
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    RSL_EXPECT(text == kEntry);
    std::filesystem::remove_all(folder);
}
