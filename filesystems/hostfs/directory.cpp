// SPDX-License-Identifier: GPL-2.0-only
// IRP_MJ_DIRECTORY_CONTROL: listing a directory.
#include <algorithm>
#include <cstring>

#include "abi/types/status.h"
#include "filesystems/hostfs/requests.hpp"

namespace rsl::hostfs {
namespace {

constexpr uint32_t kChunkBytes = 16 * 1024;

/// Where the parts of an entry lie, by class. 0: the class has no such part.
struct Layout {
    uint32_t name_length, name, ea_size, file_id;
    bool attributes;  // times, sizes, attributes: as in FILE_DIRECTORY_INFORMATION
};

bool layout_of(FILE_INFORMATION_CLASS what, Layout& out) {
    constexpr uint32_t kLength = offsetof(FILE_DIRECTORY_INFORMATION, FileNameLength);
    switch (what) {
        case FileDirectoryInformation: out = {kLength, offsetof(FILE_DIRECTORY_INFORMATION, FileName), 0, 0, true}; return true;
        case FileFullDirectoryInformation:
            out = {kLength, offsetof(FILE_FULL_DIR_INFORMATION, FileName), offsetof(FILE_FULL_DIR_INFORMATION, EaSize), 0, true};
            return true;
        case FileBothDirectoryInformation:
            out = {kLength, offsetof(FILE_BOTH_DIR_INFORMATION, FileName), offsetof(FILE_BOTH_DIR_INFORMATION, EaSize), 0, true};
            return true;
        case FileIdBothDirectoryInformation:
            out = {kLength, offsetof(FILE_ID_BOTH_DIR_INFORMATION, FileName), offsetof(FILE_ID_BOTH_DIR_INFORMATION, EaSize),
                   offsetof(FILE_ID_BOTH_DIR_INFORMATION, FileId), true};
            return true;
        case FileIdFullDirectoryInformation:
            out = {kLength, offsetof(FILE_ID_FULL_DIR_INFORMATION, FileName), offsetof(FILE_ID_FULL_DIR_INFORMATION, EaSize),
                   offsetof(FILE_ID_FULL_DIR_INFORMATION, FileId), true};
            return true;
        case FileNamesInformation:
            out = {offsetof(FILE_NAMES_INFORMATION, FileNameLength), offsetof(FILE_NAMES_INFORMATION, FileName), 0, 0, false};
            return true;
        default: return false;
    }
}

/// A name of the directory, found and not yet told.
struct Candidate {
    char16_t name[kMostNameUnits];
    size_t units = 0;
    std::string_view host;  // in the chunk; "" for the directory itself
    uint64_t id = 0;
};

class Lister {
  public:
    Lister(Request& request, const Layout& layout, std::byte* out)
        : request_(request),
          listing_(opening_of(*request.object).listing),
          layout_(layout),
          out_(out),
          room_(request.location.Parameters.QueryDirectory.Length) {}

    Result<NTSTATUS> run();

  private:
    Result<void> begin();
    void restart();
    Result<bool> next(Candidate& out);
    Result<bool> next_on_host(Candidate& out);
    bool is_wanted(const Candidate& candidate) const;
    Result<void> fill(std::byte* entry, const Candidate& candidate);
    const File& directory() const { return *file_of(*request_.object); }

    Request& request_;
    Listing& listing_;
    const Layout& layout_;
    std::byte* out_;
    uint32_t room_;
};

void Lister::restart() {
    listing_.dots_done = 0;
    listing_.used = listing_.bytes = 0;
    listing_.next_offset = 0;
    listing_.at_end = false;
    listing_.found_any = false;
}

/// The first request fixes the pattern; those of later ones are ignored, as ZwQueryDirectoryFile documents it.
Result<void> Lister::begin() {
    const bool again = (request_.location.Flags & SL_RESTART_SCAN) != 0;
    const UNICODE_STRING* pattern = request_.location.Parameters.QueryDirectory.FileName;
    if (!listing_.begun && pattern != nullptr && pattern->Length != 0) {
        listing_.pattern = RSL_TRY(Memory::allocate(pattern->Length));
        listing_.pattern_units = pattern->Length / sizeof(char16_t);
        for (uint16_t i = 0; i < listing_.pattern_units; ++i) {
            listing_.pattern.as<char16_t>()[i] = RtlUpcaseUnicodeChar(pattern->Buffer[i]);
        }
    }
    if (!listing_.chunk) listing_.chunk = RSL_TRY(Memory::allocate(kChunkBytes));
    if (again || !listing_.begun) restart();
    listing_.begun = true;
    return {};
}

bool Lister::is_wanted(const Candidate& candidate) const {
    if (!listing_.pattern) return true;
    const auto bytes = static_cast<USHORT>(listing_.pattern_units * sizeof(char16_t));
    UNICODE_STRING pattern = {bytes, bytes, listing_.pattern.as<WCHAR>()};
    const auto name_bytes = static_cast<USHORT>(candidate.units * sizeof(char16_t));
    UNICODE_STRING name = {name_bytes, name_bytes, const_cast<WCHAR*>(candidate.name)};
    return FsRtlIsNameInExpression(&pattern, &name, TRUE, nullptr) != 0;
}

Result<bool> Lister::next_on_host(Candidate& out) {
    const Opening& opening = opening_of(*request_.object);
    for (;;) {
        if (listing_.used == listing_.bytes) {
            if (listing_.at_end) return false;
            listing_.bytes = RSL_TRY(request_.volume.client.read_directory(opening.fid, listing_.next_offset,
                                                                           listing_.chunk.as<void>(), kChunkBytes));
            listing_.used = 0;
            listing_.at_end = listing_.bytes == 0;
            continue;
        }
        ninep::Reader entries(std::span(listing_.chunk.as<std::byte>() + listing_.used, listing_.bytes - listing_.used));
        const auto entry = RSL_TRY(ninep::read_entry(entries));
        constexpr uint32_t kFixed = 13 + 8 + 1 + 2;
        listing_.used += kFixed + static_cast<uint32_t>(entry.name.size());
        listing_.next_offset = entry.next_offset;
        if (entry.name == "." || entry.name == "..") continue;
        out.units = name_to_nt(entry.name, out.name);
        out.host = entry.name;
        out.id = entry.qid.path;
        if (out.units != 0 && is_wanted(out)) return true;
    }
}

/// "." and ".." come first, but not at the top.
Result<bool> Lister::next(Candidate& out) {
    while (!directory().path.empty() && listing_.dots_done < 2) {
        const uint8_t dots = ++listing_.dots_done;
        out.name[0] = out.name[1] = u'.';
        out.units = dots;
        out.host = {};
        out.id = directory().id;
        if (is_wanted(out)) return true;
    }
    return next_on_host(out);
}

Result<void> Lister::fill(std::byte* entry, const Candidate& candidate) {
    std::memset(entry, 0, layout_.name);
    const auto name_bytes = static_cast<ULONG>(candidate.units * sizeof(char16_t));
    std::memcpy(entry + layout_.name_length, &name_bytes, sizeof(name_bytes));
    if (layout_.file_id != 0) std::memcpy(entry + layout_.file_id, &candidate.id, sizeof(candidate.id));
    if (!layout_.attributes) return {};
    const Opening& opening = opening_of(*request_.object);
    Client& client = request_.volume.client;
    ninep::Attributes a;
    if (candidate.host.empty()) {
        a = RSL_TRY(client.attributes(opening.fid.number()));
    } else if (auto walked = client.walk_to(opening.fid.number(), candidate.host)) {
        a = RSL_TRY(client.attributes(walked->number()));
    }  // else: gone meanwhile, or a link that cannot be followed; its name is told, the rest is zero
    auto& out = *reinterpret_cast<FILE_DIRECTORY_INFORMATION*>(entry);
    if (a.mode == 0) return {};
    out.CreationTime = creation_time(a);
    out.LastAccessTime = to_nt_time(a.accessed);
    out.LastWriteTime = to_nt_time(a.modified);
    out.ChangeTime = to_nt_time(a.changed);
    out.EndOfFile.QuadPart = a.qid.is_directory() ? 0 : static_cast<LONGLONG>(a.bytes);
    out.AllocationSize.QuadPart = static_cast<LONGLONG>(allocated_bytes(a));
    out.FileAttributes = nt_attributes(a);
    return {};
}

Result<NTSTATUS> Lister::run() {
    RSL_TRY(begin());
    const bool single = (request_.location.Flags & SL_RETURN_SINGLE_ENTRY) != 0;
    Candidate* candidate = RSL_TRY(make<Candidate>());
    NTSTATUS status = STATUS_SUCCESS;
    uint32_t used = 0, last = 0;
    const auto outcome = [&]() -> Result<void> {
        for (;;) {
            const uint32_t at = (used + 7) & ~7u;
            const uint64_t resume_offset = listing_.next_offset;
            const uint8_t resume_dots = listing_.dots_done;
            if (!RSL_TRY(next(*candidate))) return {};
            const auto name_bytes = static_cast<uint32_t>(candidate->units * sizeof(char16_t));
            const bool fits = at <= room_ && room_ - at >= layout_.name + name_bytes;
            if (!fits && used != 0) {
                // For the next request: the host is asked again from where this one was found.
                listing_.dots_done = resume_dots;
                listing_.used = listing_.bytes = 0;
                listing_.next_offset = resume_offset;
                listing_.at_end = false;
                return {};
            }
            RSL_TRY(fill(out_ + at, *candidate));
            const uint32_t copied = fits ? name_bytes : (room_ - layout_.name) & ~1u;
            std::memcpy(out_ + at + layout_.name, candidate->name, copied);
            if (used != 0) {
                const ULONG distance = at - last;
                std::memcpy(out_ + last, &distance, sizeof(distance));
            }
            last = at;
            used = at + layout_.name + copied;
            listing_.found_any = true;
            if (!fits) status = STATUS_BUFFER_OVERFLOW;  // the first name, cut
            if (single || !fits) return {};
        }
    }();
    unmake(candidate);
    if (!outcome) return outcome.failure();
    request_.set_information(used);
    if (used == 0) return Status(listing_.found_any ? STATUS_NO_MORE_FILES : STATUS_NO_SUCH_FILE);
    return status;
}

}  // namespace

Result<NTSTATUS> query_directory(Request& request) {
    if (request.location.MinorFunction != IRP_MN_QUERY_DIRECTORY) return Status::kNotSupported;
    Opening& opening = opening_of(*request.object);
    if (opening.file == nullptr || !opening.file->directory) return Status::kInvalidParameter;
    if (!opening.readable) return Status::kAccessDenied;
    const auto& parameters = request.location.Parameters.QueryDirectory;
    Layout layout;
    if (!layout_of(parameters.FileInformationClass, layout)) return Status(STATUS_INVALID_INFO_CLASS);
    if (parameters.Length < layout.name + sizeof(WCHAR)) return Status::kInfoLengthMismatch;
    auto* out = static_cast<std::byte*>(RSL_TRY(request.system_buffer()));
    Exclusive guard(opening.file->size_lock);  // one enumerator at a time
    return Lister(request, layout, out).run();
}

}  // namespace rsl::hostfs
