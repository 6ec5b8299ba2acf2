// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/io/share_access.hpp"

namespace rsl::io {

Sharing sharing_of(ACCESS_MASK access, ULONG share) {
    return {.reads = (access & (FILE_READ_DATA | FILE_EXECUTE)) != 0,
            .writes = (access & (FILE_WRITE_DATA | FILE_APPEND_DATA)) != 0,
            .deletes = (access & DELETE) != 0,
            .shares_read = (share & FILE_SHARE_READ) != 0,
            .shares_write = (share & FILE_SHARE_WRITE) != 0,
            .shares_delete = (share & FILE_SHARE_DELETE) != 0};
}

Sharing sharing_of(const FILE_OBJECT& file) {
    return {.reads = file.ReadAccess != 0,
            .writes = file.WriteAccess != 0,
            .deletes = file.DeleteAccess != 0,
            .shares_read = file.SharedRead != 0,
            .shares_write = file.SharedWrite != 0,
            .shares_delete = file.SharedDelete != 0};
}

void note_sharing(FILE_OBJECT& file, const Sharing& sharing) {
    file.ReadAccess = sharing.reads;
    file.WriteAccess = sharing.writes;
    file.DeleteAccess = sharing.deletes;
    if (!sharing.uses()) return;  // what it would share does not matter to anybody
    file.SharedRead = sharing.shares_read;
    file.SharedWrite = sharing.shares_write;
    file.SharedDelete = sharing.shares_delete;
}

bool can_share(const SHARE_ACCESS& counts, const Sharing& wanted) {
    if (!wanted.uses()) return true;
    if (wanted.reads && counts.SharedRead < counts.OpenCount) return false;
    if (wanted.writes && counts.SharedWrite < counts.OpenCount) return false;
    if (wanted.deletes && counts.SharedDelete < counts.OpenCount) return false;
    if (!wanted.shares_read && counts.Readers != 0) return false;
    if (!wanted.shares_write && counts.Writers != 0) return false;
    return wanted.shares_delete || counts.Deleters == 0;
}

void add_sharing(SHARE_ACCESS& counts, const Sharing& opener) {
    if (!opener.uses()) return;
    ++counts.OpenCount;
    counts.Readers += opener.reads;
    counts.Writers += opener.writes;
    counts.Deleters += opener.deletes;
    counts.SharedRead += opener.shares_read;
    counts.SharedWrite += opener.shares_write;
    counts.SharedDelete += opener.shares_delete;
}

void remove_sharing(SHARE_ACCESS& counts, const Sharing& opener) {
    if (!opener.uses()) return;
    --counts.OpenCount;
    counts.Readers -= opener.reads;
    counts.Writers -= opener.writes;
    counts.Deleters -= opener.deletes;
    counts.SharedRead -= opener.shares_read;
    counts.SharedWrite -= opener.shares_write;
    counts.SharedDelete -= opener.shares_delete;
}

}  // namespace rsl::io
