// SPDX-License-Identifier: GPL-2.0-only
#include "filesystems/hostfs/volume.hpp"

#include <algorithm>

#include "abi/types/status.h"

namespace rsl::hostfs {
namespace {

constexpr uint32_t kChunkBytes = 16 * 1024;
constexpr CSHORT kNodeType = 0x7248;  // "Hr"

bool equal_without_case(std::u16string_view a, std::u16string_view b) {
    if (a.size() != b.size()) return false;
    for (size_t i = 0; i < a.size(); ++i) {
        if (a[i] != b[i] && RtlUpcaseUnicodeChar(a[i]) != RtlUpcaseUnicodeChar(b[i])) return false;
    }
    return true;
}

/// Where the `step`-th name of a path begins.
size_t begin_of(std::string_view path, uint32_t step) {
    size_t at = 0;
    while (step-- != 0) at = path.find('/', at) + 1;
    return at;
}

}  // namespace

File::File(Volume& owner) : volume(owner) {
    header.NodeTypeCode = kNodeType;
    header.NodeByteSize = sizeof(File);
    header.Resource = &size_lock;
    header.PagingIoResource = &size_lock;
    FsRtlInitializeFileLock(&locks, nullptr, nullptr);
    ExInitializeResourceLite(&size_lock);
}

File::~File() {
    FsRtlUninitializeFileLock(&locks);
    ExDeleteResourceLite(&size_lock);
}

/// Puts the host's spelling of a name into the path, if the folder has it in another case.
Result<bool> Volume::find_spelling(std::string_view folder, std::string_view name, HostPath& path, size_t at) {
    char16_t wanted[kMostNameUnits], seen[kMostNameUnits];
    const size_t wanted_units = name_to_nt(name, wanted);
    Fid directory = RSL_TRY(client.walk_to(Client::kRoot, folder));
    if (const auto opened = client.open(directory, ninep::kReadOnly | ninep::kDirectoryOnly); !opened) {
        if (opened.failure() == Status(STATUS_NOT_A_DIRECTORY)) return Status::kObjectPathNotFound;
        return opened.failure();
    }
    Memory chunk = RSL_TRY(Memory::allocate(kChunkBytes));
    for (uint64_t offset = 0;;) {
        const uint32_t got = RSL_TRY(client.read_directory(directory, offset, chunk.as<void>(), kChunkBytes));
        if (got == 0) return false;
        ninep::Reader entries(std::span(chunk.as<std::byte>(), got));
        while (!entries.empty()) {
            const auto entry = RSL_TRY(ninep::read_entry(entries));
            offset = entry.next_offset;
            const size_t units = name_to_nt(entry.name, seen);
            if (units == 0 || !equal_without_case({seen, units}, {wanted, wanted_units})) continue;
            if (entry.name == name) return Status::kObjectPathNotFound;  // there, but nothing to walk into
            RSL_TRY(path.replace_name(at, entry.name));
            return true;
        }
    }
}

Result<Resolved> Volume::resolve(HostPath& path, Case rule) {
    for (;;) {
        Walked walked = RSL_TRY(client.walk(Client::kRoot, path.view()));
        if (walked.met_link) return Status(STATUS_REPARSE_POINT_NOT_RESOLVED);
        if (walked.fid) {
            Resolved found;
            if (path.empty()) walked.qid = RSL_TRY(client.attributes(Client::kRoot)).qid;
            found.qid = walked.qid;
            found.exists = true;
            found.fid = std::move(walked.fid);
            return found;
        }
        const size_t begin = begin_of(path.view(), walked.steps);
        const bool last = path.view().find('/', begin) == std::string_view::npos;
        if (walked.steps != 0 && !walked.qid.is_directory()) return Status::kObjectPathNotFound;
        bool corrected = false;
        if (rule == Case::kIgnore) {
            const auto folder = path.view().substr(0, begin == 0 ? 0 : begin - 1);
            const size_t end = std::min(path.view().find('/', begin), path.view().size());
            corrected = RSL_TRY(find_spelling(folder, path.view().substr(begin, end - begin), path, begin));
        }
        if (corrected) continue;
        if (!last) return Status::kObjectPathNotFound;
        return Resolved{};
    }
}

File* Volume::find(uint64_t id) {
    for (File& file : files_) {
        if (file.id == id && !file.unlinked) return &file;
    }
    return nullptr;
}

Result<File*> Volume::find_or_make(const ninep::Qid& qid, const HostPath& path) {
    if (File* there = find(qid.path)) return there;
    File* file = RSL_TRY(make<File>(*this));
    file->id = qid.path;
    file->directory = qid.is_directory();
    if (auto named = file->path.assign(path.view()); !named) {
        unmake(file);
        return named.failure();
    }
    files_.push_back(*file);
    return file;
}

void Volume::forget_unused(File& file) {
    if (file.openings != 0) return;
    file.hook.unlink();
    unmake(&file);
}

bool Volume::has_open_below(std::string_view folder) {
    for (File& file : files_) {
        const auto path = file.path.view();
        const bool below = folder.empty() ? !path.empty()
                                          : path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/';
        if (below && file.handles != 0 && !file.unlinked) return true;
    }
    return false;
}

Result<void> Volume::unlink(File& file) {
    const Fid parent = RSL_TRY(client.walk_to(Client::kRoot, file.path.parent()));
    RSL_TRY(client.unlink(parent, file.path.last(), file.directory));
    file.unlinked = true;
    return {};
}

}  // namespace rsl::hostfs
