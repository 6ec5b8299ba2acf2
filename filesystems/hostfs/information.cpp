// SPDX-License-Identifier: GPL-2.0-only
// IRP_MJ_QUERY_INFORMATION and IRP_MJ_SET_INFORMATION.
#include <algorithm>
#include <cstring>

#include "abi/types/status.h"
#include "filesystems/hostfs/requests.hpp"

namespace rsl::hostfs {
namespace {

constexpr uint64_t kUnixEpoch = 11'644'473'600;  // seconds from 1601 to 1970
constexpr uint64_t kTicks = 10'000'000;          // 100 ns units in a second
constexpr uint32_t kWriteBits = 0222;

/// Writes an answer into the request's buffer: whole structures, or a status.
class Answer {
  public:
    explicit Answer(Request& request)
        : request_(request),
          out_(static_cast<std::byte*>(request.irp.AssociatedIrp.SystemBuffer)),
          room_(request.location.Parameters.QueryFile.Length) {}

    template <typename T>
    Result<NTSTATUS> put(const T& value) {
        if (room_ < sizeof(T)) return Status::kInfoLengthMismatch;
        std::memcpy(out_, &value, sizeof(T));
        request_.set_information(sizeof(T));
        return STATUS_SUCCESS;
    }
    /// A FILE_NAME_INFORMATION at `at`; what does not fit is cut, and told.
    Result<NTSTATUS> put_name(uint32_t at, const File* file);
    std::byte* out() const { return out_; }
    uint32_t room() const { return room_; }

  private:
    Request& request_;
    std::byte* out_;
    uint32_t room_;
};

/// The path in NT's form, "\a\b". Characters needed; writes what fits.
size_t nt_path(const File* file, std::span<char16_t> out) {
    size_t length = 0;
    const auto put = [&](char16_t unit) {
        if (length < out.size()) out[length] = unit;
        ++length;
    };
    auto rest = file != nullptr ? file->path.view() : std::string_view();
    if (file != nullptr && rest.empty()) put(u'\\');
    while (!rest.empty()) {
        const size_t end = std::min(rest.find('/'), rest.size());
        char16_t name[kMostNameUnits];
        const size_t units = name_to_nt(rest.substr(0, end), name);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        put(u'\\');
        for (size_t i = 0; i < units; ++i) put(name[i]);
    }
    return length;
}

Result<NTSTATUS> Answer::put_name(uint32_t at, const File* file) {
    constexpr uint32_t kFixed = offsetof(FILE_NAME_INFORMATION, FileName);
    if (room_ < at + kFixed) return Status::kInfoLengthMismatch;
    auto* text = reinterpret_cast<char16_t*>(out_ + at + kFixed);
    const uint32_t fits = (room_ - at - kFixed) / sizeof(char16_t);
    const auto units = static_cast<uint32_t>(nt_path(file, {text, fits}));
    const auto bytes = static_cast<ULONG>(units * sizeof(char16_t));
    std::memcpy(out_ + at, &bytes, sizeof(bytes));
    request_.set_information(at + kFixed + std::min(units, fits) * sizeof(char16_t));
    return units > fits ? STATUS_BUFFER_OVERFLOW : STATUS_SUCCESS;
}

FILE_BASIC_INFORMATION basic(const ninep::Attributes& a) {
    return {creation_time(a), to_nt_time(a.accessed), to_nt_time(a.modified), to_nt_time(a.changed), nt_attributes(a)};
}

FILE_STANDARD_INFORMATION standard(const File& file, const ninep::Attributes& a) {
    FILE_STANDARD_INFORMATION out = {};
    out.AllocationSize.QuadPart = static_cast<LONGLONG>(allocated_bytes(a));
    out.EndOfFile.QuadPart = file.directory ? 0 : static_cast<LONGLONG>(a.bytes);
    out.NumberOfLinks = static_cast<ULONG>(file.directory ? 1 : a.links) - (file.delete_pending ? 1 : 0);
    out.DeletePending = file.delete_pending;
    out.Directory = file.directory;
    return out;
}

FILE_NETWORK_OPEN_INFORMATION network_open(const File& file, const ninep::Attributes& a) {
    const auto b = basic(a);
    const auto s = standard(file, a);
    return {b.CreationTime, b.LastAccessTime, b.LastWriteTime, b.ChangeTime, s.AllocationSize, s.EndOfFile, b.FileAttributes};
}

Result<NTSTATUS> put_all(Answer& answer, FILE_OBJECT& object, const File& file, const ninep::Attributes& a) {
    if (answer.room() < sizeof(FILE_ALL_INFORMATION)) return Status::kInfoLengthMismatch;
    auto& all = *reinterpret_cast<FILE_ALL_INFORMATION*>(answer.out());  // some parts are the I/O manager's
    all.BasicInformation = basic(a);
    all.StandardInformation = standard(file, a);
    all.InternalInformation.IndexNumber.QuadPart = static_cast<LONGLONG>(file.id);
    all.EaInformation.EaSize = 0;
    all.PositionInformation.CurrentByteOffset = object.CurrentByteOffset;
    return answer.put_name(offsetof(FILE_ALL_INFORMATION, NameInformation), &file);
}

/// The one stream that each file has; directories have none.
Result<NTSTATUS> put_streams(Answer& answer, Request& request, const File& file, const ninep::Attributes& a) {
    if (file.directory) return STATUS_SUCCESS;
    constexpr char16_t kName[] = u"::$DATA";
    constexpr uint32_t kBytes = sizeof(kName) - sizeof(char16_t);
    FILE_STREAM_INFORMATION stream = {};
    constexpr uint32_t kFixed = offsetof(FILE_STREAM_INFORMATION, StreamName);
    if (answer.room() < kFixed + kBytes) return answer.room() < kFixed ? Result<NTSTATUS>(Status::kInfoLengthMismatch) : STATUS_BUFFER_OVERFLOW;
    stream.StreamNameLength = kBytes;
    stream.StreamSize.QuadPart = static_cast<LONGLONG>(a.bytes);
    stream.StreamAllocationSize.QuadPart = static_cast<LONGLONG>(allocated_bytes(a));
    std::memcpy(answer.out(), &stream, kFixed);
    std::memcpy(answer.out() + kFixed, kName, kBytes);
    request.set_information(kFixed + kBytes);
    return STATUS_SUCCESS;
}

Result<void> set_basic(Request& request, const Opening& opening, const FILE_BASIC_INFORMATION& in) {
    ninep::AttributeChange change;
    using Change = ninep::AttributeChange;
    if (in.FileAttributes != 0) {
        const bool directory = opening.file->directory;
        if ((in.FileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0 && !directory) return Status::kInvalidParameter;
        if ((in.FileAttributes & FILE_ATTRIBUTE_TEMPORARY) != 0 && directory) return Status::kInvalidParameter;
        const auto now = RSL_TRY(request.volume.client.attributes(opening.fid.number()));
        const bool read_only = (in.FileAttributes & FILE_ATTRIBUTE_READONLY) != 0;
        const uint32_t mode = read_only ? now.mode & ~kWriteBits : now.mode | (now.mode & 0444) >> 1;
        if (mode != now.mode && !directory) {
            change.valid |= Change::kMode;
            change.mode = mode & 07777;
        }
    }
    // 0: as it is. -1, -2: whether later operations change it; the host always does as it does.
    if (in.LastAccessTime.QuadPart > 0) {
        change.valid |= Change::kAccessed | Change::kAccessedIsGiven;
        change.accessed = to_unix_time(in.LastAccessTime);
    }
    if (in.LastWriteTime.QuadPart > 0) {
        change.valid |= Change::kModified | Change::kModifiedIsGiven;
        change.modified = to_unix_time(in.LastWriteTime);
    }
    return change.valid != 0 ? request.volume.client.set_attributes(opening.fid, change) : Result<void>();
}

/// Cuts or extends. `only_shrink`: an allocation smaller than the file cuts it, a larger one is nothing.
Result<void> set_size(Request& request, const Opening& opening, LARGE_INTEGER size, bool only_shrink) {
    if (opening.file->directory) return Status::kInvalidDeviceRequest;
    if (size.QuadPart < 0) return Status::kInvalidParameter;
    Exclusive guard(opening.file->size_lock);
    const auto bytes = static_cast<uint64_t>(size.QuadPart);
    if (only_shrink && RSL_TRY(request.volume.client.attributes(opening.fid.number())).bytes <= bytes) return {};
    return request.volume.client.set_attributes(opening.fid, {.valid = ninep::AttributeChange::kSize, .bytes = bytes});
}

Result<bool> is_empty(Client& client, const File& file) {
    const Fid folder = RSL_TRY(client.walk_to(Client::kRoot, file.path.view()));
    RSL_TRY(client.open(folder, ninep::kReadOnly | ninep::kDirectoryOnly));
    constexpr uint32_t kBytes = 4096;
    Memory chunk = RSL_TRY(Memory::allocate(kBytes));
    for (uint64_t offset = 0;;) {
        const uint32_t got = RSL_TRY(client.read_directory(folder, offset, chunk.as<void>(), kBytes));
        if (got == 0) return true;
        ninep::Reader entries(std::span(chunk.as<std::byte>(), got));
        while (!entries.empty()) {
            const auto entry = RSL_TRY(ninep::read_entry(entries));
            offset = entry.next_offset;
            if (entry.name != "." && entry.name != "..") return false;
        }
    }
}

Result<void> set_disposition(Request& request, Opening& opening, ULONG flags) {
    constexpr ULONG kKnown = FILE_DISPOSITION_DELETE | FILE_DISPOSITION_POSIX_SEMANTICS |
                             FILE_DISPOSITION_FORCE_IMAGE_SECTION_CHECK | FILE_DISPOSITION_ON_CLOSE |
                             FILE_DISPOSITION_IGNORE_READONLY_ATTRIBUTE;
    if ((flags & ~kKnown) != 0) return Status::kInvalidParameter;
    File& file = *opening.file;
    Exclusive guard(request.volume.lock);
    const bool wanted = (flags & FILE_DISPOSITION_DELETE) != 0;
    if ((flags & FILE_DISPOSITION_ON_CLOSE) != 0) {
        if (!opening.delete_on_close && wanted) return Status(STATUS_NOT_SUPPORTED);
        opening.delete_on_close = wanted;
        return {};
    }
    if (wanted) {
        if (file.path.empty()) return Status(STATUS_CANNOT_DELETE);
        const auto now = RSL_TRY(request.volume.client.attributes(opening.fid.number()));
        const bool read_only = (nt_attributes(now) & FILE_ATTRIBUTE_READONLY) != 0;
        if (read_only && (flags & FILE_DISPOSITION_IGNORE_READONLY_ATTRIBUTE) == 0) return Status(STATUS_CANNOT_DELETE);
        if (file.sections.ImageSectionObject != nullptr) return Status(STATUS_CANNOT_DELETE);
        if (file.directory && !RSL_TRY(is_empty(request.volume.client, file))) return Status(STATUS_DIRECTORY_NOT_EMPTY);
    }
    file.delete_pending = wanted;
    request.object->DeletePending = wanted;
    opening.delete_at_cleanup = wanted && (flags & FILE_DISPOSITION_POSIX_SEMANTICS) != 0;
    return {};
}

}  // namespace

LARGE_INTEGER to_nt_time(const ninep::UnixTime& time) {
    LARGE_INTEGER out;
    out.QuadPart = static_cast<LONGLONG>((time.seconds + kUnixEpoch) * kTicks + time.nanoseconds / 100);
    return out;
}

ninep::UnixTime to_unix_time(LARGE_INTEGER time) {
    const auto ticks = static_cast<uint64_t>(time.QuadPart);
    if (ticks / kTicks < kUnixEpoch) return {};  // before 1970: as far back as the protocol goes
    return {ticks / kTicks - kUnixEpoch, ticks % kTicks * 100};
}

ULONG nt_attributes(const ninep::Attributes& attributes) {
    const bool directory = attributes.qid.is_directory();
    ULONG out = directory ? FILE_ATTRIBUTE_DIRECTORY : FILE_ATTRIBUTE_ARCHIVE;
    if (!directory && (attributes.mode & ninep::kModeOwnerWrites) == 0) out |= FILE_ATTRIBUTE_READONLY;
    return out;
}

uint64_t allocated_bytes(const ninep::Attributes& attributes) {
    return attributes.qid.is_directory() ? 0 : attributes.blocks * 512;
}

LARGE_INTEGER creation_time(const ninep::Attributes& a) {
    const LARGE_INTEGER changed = to_nt_time(a.changed), modified = to_nt_time(a.modified);
    return changed.QuadPart < modified.QuadPart ? changed : modified;
}

Result<NTSTATUS> query_information(Request& request) {
    Answer answer(request);
    const auto what = request.location.Parameters.QueryFile.FileInformationClass;
    Opening& opening = opening_of(*request.object);
    if (what == FilePositionInformation) return answer.put(FILE_POSITION_INFORMATION{request.object->CurrentByteOffset});
    if (what == FileNameInformation || what == FileNormalizedNameInformation) return answer.put_name(0, opening.file);
    if (opening.file == nullptr) return Status::kInvalidParameter;  // the volume has no more than that
    File& file = *opening.file;
    const auto a = RSL_TRY(request.volume.client.attributes(opening.fid.number()));
    switch (what) {
        case FileBasicInformation: return answer.put(basic(a));
        case FileStandardInformation: return answer.put(standard(file, a));
        case FileInternalInformation: return answer.put(FILE_INTERNAL_INFORMATION{{.QuadPart = static_cast<LONGLONG>(file.id)}});
        case FileEaInformation: return answer.put(FILE_EA_INFORMATION{0});
        case FileAllInformation: return put_all(answer, *request.object, file, a);
        case FileNetworkOpenInformation: return answer.put(network_open(file, a));
        case FileAttributeTagInformation: return answer.put(FILE_ATTRIBUTE_TAG_INFORMATION{nt_attributes(a), 0});
        case FileStreamInformation: return put_streams(answer, request, file, a);
        case FileAlternateNameInformation: return Status::kObjectNameNotFound;  // no short names here
        case FileStandardLinkInformation: {
            const auto links = static_cast<ULONG>(a.links);
            return answer.put(FILE_STANDARD_LINK_INFORMATION{links, links, file.delete_pending, file.directory});
        }
        default: return Status(STATUS_INVALID_INFO_CLASS);
    }
}

Result<void> set_information(Request& request) {
    Opening& opening = opening_of(*request.object);
    if (opening.file == nullptr) return Status::kInvalidParameter;
    const auto& parameters = request.location.Parameters.SetFile;
    const void* in = request.irp.AssociatedIrp.SystemBuffer;
    switch (parameters.FileInformationClass) {
        case FileBasicInformation: return set_basic(request, opening, *static_cast<const FILE_BASIC_INFORMATION*>(in));
        case FilePositionInformation:
            request.object->CurrentByteOffset = static_cast<const FILE_POSITION_INFORMATION*>(in)->CurrentByteOffset;
            return {};
        case FileEndOfFileInformation:
            if (parameters.AdvanceOnly) return {};
            return set_size(request, opening, static_cast<const FILE_END_OF_FILE_INFORMATION*>(in)->EndOfFile, false);
        case FileAllocationInformation:
            return set_size(request, opening, static_cast<const FILE_ALLOCATION_INFORMATION*>(in)->AllocationSize, true);
        case FileDispositionInformation:
            return set_disposition(request, opening, static_cast<const FILE_DISPOSITION_INFORMATION*>(in)->DeleteFile ? FILE_DISPOSITION_DELETE : 0);
        case FileDispositionInformationEx: return set_disposition(request, opening, *static_cast<const ULONG*>(in));
        case FileRenameInformation:
        case FileRenameInformationEx: return rename_or_link(request, false);
        case FileLinkInformation:
        case FileLinkInformationEx: return rename_or_link(request, true);
        default: return Status(STATUS_INVALID_INFO_CLASS);
    }
}

}  // namespace rsl::hostfs
