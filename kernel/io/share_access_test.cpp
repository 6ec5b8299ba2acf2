// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/io/share_access.hpp"

#include <cstring>

#include "base/testing/test.hpp"

namespace rsl::io {
namespace {

RSL_TEST(ShareAccess, TheFirstOpenerMayDoAnything) {
    const SHARE_ACCESS none = {};
    RSL_EXPECT(can_share(none, sharing_of(FILE_READ_DATA | FILE_WRITE_DATA | DELETE, 0)));
}

RSL_TEST(ShareAccess, ReadersShareWhenBothAgree) {
    SHARE_ACCESS counts = {};
    add_sharing(counts, sharing_of(FILE_READ_DATA, FILE_SHARE_READ));
    RSL_EXPECT(can_share(counts, sharing_of(FILE_READ_DATA, FILE_SHARE_READ)));
    RSL_EXPECT(!can_share(counts, sharing_of(FILE_READ_DATA, 0)));
    RSL_EXPECT(!can_share(counts, sharing_of(FILE_WRITE_DATA, FILE_SHARE_READ)));
}

RSL_TEST(ShareAccess, AWriterNeedsEverybodysLeave) {
    SHARE_ACCESS counts = {};
    add_sharing(counts, sharing_of(FILE_READ_DATA, FILE_SHARE_READ | FILE_SHARE_WRITE));
    add_sharing(counts, sharing_of(FILE_READ_DATA, FILE_SHARE_READ));
    RSL_EXPECT(!can_share(counts, sharing_of(FILE_WRITE_DATA, FILE_SHARE_READ)));
    remove_sharing(counts, sharing_of(FILE_READ_DATA, FILE_SHARE_READ));
    RSL_EXPECT(can_share(counts, sharing_of(FILE_WRITE_DATA, FILE_SHARE_READ)));
}

RSL_TEST(ShareAccess, AppendingIsWritingAndExecutingIsReading) {
    RSL_EXPECT(sharing_of(FILE_APPEND_DATA, 0).writes);
    RSL_EXPECT(sharing_of(FILE_EXECUTE, 0).reads);
}

RSL_TEST(ShareAccess, AskingForAttributesIsNotUsing) {
    SHARE_ACCESS counts = {};
    add_sharing(counts, sharing_of(FILE_READ_DATA | FILE_WRITE_DATA, 0));
    const Sharing attributes = sharing_of(FILE_READ_ATTRIBUTES | SYNCHRONIZE, 0);
    RSL_EXPECT(can_share(counts, attributes));
    add_sharing(counts, attributes);
    RSL_EXPECT_EQ(counts.OpenCount, 1u);
}

RSL_TEST(ShareAccess, LeavingUndoesJoining) {
    SHARE_ACCESS counts = {};
    const Sharing all = sharing_of(FILE_READ_DATA | FILE_WRITE_DATA | DELETE, FILE_SHARE_VALID_FLAGS);
    add_sharing(counts, all);
    FILE_OBJECT file = {};
    note_sharing(file, all);
    remove_sharing(counts, sharing_of(file));
    const SHARE_ACCESS none = {};
    RSL_EXPECT(std::memcmp(&counts, &none, sizeof(none)) == 0);
}

}  // namespace
}  // namespace rsl::io
