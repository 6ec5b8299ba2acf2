// SPDX-License-Identifier: GPL-2.0-only
// IRP_MJ_CREATE: from a name and what the caller wants to an open file.
#include "filesystems/hostfs/requests.hpp"

#include "abi/types/status.h"

namespace rsl::hostfs {
namespace {

constexpr uint32_t kFileMode = 0666, kDirectoryMode = 0777, kWriteBits = 0222;
constexpr ACCESS_MASK kWritesData = FILE_WRITE_DATA | FILE_APPEND_DATA;
constexpr ACCESS_MASK kReadsData = FILE_READ_DATA | FILE_EXECUTE;

/// The arguments of one create request, and where they lead.
class Creation {
  public:
    explicit Creation(Request& request)
        : request_(request),
          volume_(request.volume),
          object_(*request.object),
          access_(request.location.Parameters.Create.SecurityContext->DesiredAccess),
          options_(request.location.Parameters.Create.Options & FILE_VALID_OPTION_FLAGS),
          disposition_(request.location.Parameters.Create.Options >> 24),
          share_(request.location.Parameters.Create.ShareAccess),
          attributes_(request.location.Parameters.Create.FileAttributes) {}

    Result<void> run();

  private:
    bool wants(ULONG option) const { return (options_ & option) != 0; }
    bool overwrites() const {
        return disposition_ == FILE_SUPERSEDE || disposition_ == FILE_OVERWRITE || disposition_ == FILE_OVERWRITE_IF;
    }
    bool wants_directory() const { return wants(FILE_DIRECTORY_FILE) || trailing_slash_; }
    bool is_volume_open() const;
    Result<void> open_volume();
    Result<void> make_path();
    Result<void> check_options() const;
    Result<void> open_target_directory(Resolved& target);
    Result<void> open_existing(Resolved& target);
    Result<void> create_new();
    Result<void> check_kind(bool directory) const;
    Result<void> check_read_only(const Fid& fid) const;
    Result<void> open_on_host(Opening& opening, bool directory) const;
    Result<void> attach(File& file);
    void finish(File& file, Opening* opening, ULONG outcome);

    Request& request_;
    Volume& volume_;
    FILE_OBJECT& object_;
    ACCESS_MASK access_;
    ULONG options_, disposition_;
    USHORT share_;
    ULONG attributes_;
    bool trailing_slash_ = false;
    HostPath path_;
};

std::u16string_view text_of(const UNICODE_STRING& string) {
    return {string.Buffer, string.Length / sizeof(char16_t)};
}

bool Creation::is_volume_open() const {
    if (object_.FileName.Length != 0) return false;
    return object_.RelatedFileObject == nullptr || file_of(*object_.RelatedFileObject) == nullptr;
}

Result<void> Creation::open_volume() {
    if (wants(FILE_DIRECTORY_FILE)) return Status(STATUS_NOT_A_DIRECTORY);
    if (wants(FILE_DELETE_ON_CLOSE)) return Status(STATUS_CANNOT_DELETE);
    if (disposition_ != FILE_OPEN && disposition_ != FILE_OPEN_IF) return Status::kAccessDenied;
    Opening* opening = RSL_TRY(make<Opening>(nullptr));
    object_.FsContext2 = opening;
    object_.Flags |= FO_VOLUME_OPEN;
    request_.set_information(FILE_OPENED);
    return {};
}

Result<void> Creation::make_path() {
    auto name = text_of(object_.FileName);
    if (object_.RelatedFileObject != nullptr) {
        File* related = file_of(*object_.RelatedFileObject);
        if (!name.empty() && name.front() == u'\\') return Status::kObjectNameInvalid;
        if (related != nullptr) {
            if (!related->directory && !name.empty()) return Status::kObjectPathNotFound;
            RSL_TRY(path_.assign(related->path.view()));
        }
    } else if (name.front() != u'\\') {
        return Status::kObjectNameInvalid;
    }
    trailing_slash_ = name.size() > 1 && name.back() == u'\\';
    return append_nt_path(name, path_);
}

Result<void> Creation::check_options() const {
    if (wants(FILE_OPEN_BY_FILE_ID)) return Status::kNotSupported;
    if (request_.location.Parameters.Create.EaLength != 0) return Status(STATUS_EAS_NOT_SUPPORTED);
    if (wants(FILE_DIRECTORY_FILE) && wants(FILE_NON_DIRECTORY_FILE)) return Status::kInvalidParameter;
    if (trailing_slash_ && wants(FILE_NON_DIRECTORY_FILE)) return Status::kObjectNameInvalid;
    return {};
}

Result<void> Creation::run() {
    if (is_volume_open()) return open_volume();
    Exclusive guard(volume_.lock);
    RSL_TRY(make_path());
    RSL_TRY(check_options());
    // Whatever OBJ_CASE_INSENSITIVE says: NT looks names up without case unless the machine is set otherwise.
    Resolved target = RSL_TRY(volume_.resolve(path_, Volume::Case::kIgnore));
    if ((request_.location.Flags & SL_OPEN_TARGET_DIRECTORY) != 0) return open_target_directory(target);
    return target.exists ? open_existing(target) : create_new();
}

/// For a rename: opens the folder that the name lies in, and leaves only the last name in the file object.
Result<void> Creation::open_target_directory(Resolved& target) {
    const ULONG outcome = target.exists ? FILE_EXISTS : FILE_DOES_NOT_EXIST;
    auto name = text_of(object_.FileName);
    if (!name.empty() && name.back() == u'\\') name.remove_suffix(1);
    const size_t slash = name.rfind(u'\\');
    if (slash != name.npos) name.remove_prefix(slash + 1);
    if (name.empty() || path_.empty()) return Status::kInvalidParameter;
    path_.remove_last();
    target.fid = Fid();
    Resolved folder = RSL_TRY(volume_.resolve(path_, Volume::Case::kSensitive));
    if (!folder.exists || !folder.qid.is_directory()) return Status::kObjectPathNotFound;
    File* file = RSL_TRY(volume_.find_or_make(folder.qid, path_));
    auto opening = make<Opening>(file);
    if (!opening) {
        volume_.forget_unused(*file);
        return opening.failure();
    }
    (*opening)->fid = std::move(folder.fid);
    if (auto attached = attach(*file); !attached) {
        unmake(*opening);
        volume_.forget_unused(*file);
        return attached;
    }
    RtlMoveMemory(object_.FileName.Buffer, name.data(), name.size() * sizeof(WCHAR));
    object_.FileName.Length = static_cast<USHORT>(name.size() * sizeof(WCHAR));
    finish(*file, *opening, outcome);
    return {};
}

Result<void> Creation::check_kind(bool directory) const {
    if (directory) {
        if (wants(FILE_NON_DIRECTORY_FILE)) return Status(STATUS_FILE_IS_A_DIRECTORY);
        if (overwrites()) return wants_directory() ? Status::kInvalidParameter : Status(STATUS_FILE_IS_A_DIRECTORY);
        return {};
    }
    return wants_directory() ? Result<void>(Status(STATUS_NOT_A_DIRECTORY)) : Result<void>();
}

/// What the read-only attribute forbids.
Result<void> Creation::check_read_only(const Fid& fid) const {
    const bool writes = (access_ & kWritesData) != 0 || overwrites();
    if (!writes && !wants(FILE_DELETE_ON_CLOSE)) return {};
    const auto attributes = RSL_TRY(volume_.client.attributes(fid.number()));
    if ((nt_attributes(attributes) & FILE_ATTRIBUTE_READONLY) == 0) return {};
    if (writes) return Status::kAccessDenied;
    return Status(STATUS_CANNOT_DELETE);
}

Result<void> Creation::open_on_host(Opening& opening, bool directory) const {
    if (directory) {
        if ((access_ & FILE_LIST_DIRECTORY) == 0) return {};
        RSL_TRY(volume_.client.open(opening.fid, ninep::kReadOnly | ninep::kDirectoryOnly));
        opening.readable = true;
        return {};
    }
    const bool reads = (access_ & kReadsData) != 0, writes = (access_ & kWritesData) != 0;
    if (!reads && !writes) return {};
    const uint32_t flags = reads && writes ? ninep::kReadWrite : writes ? ninep::kWriteOnly : ninep::kReadOnly;
    RSL_TRY(volume_.client.open(opening.fid, flags));
    opening.readable = reads;
    opening.writable = writes;
    return {};
}

/// Counts the opener in: sharing, and the file's own counts.
Result<void> Creation::attach(File& file) {
    if (file.handles == 0) {
        IoSetShareAccess(access_, share_, &object_, &file.sharing);
    } else {
        const NTSTATUS shared = IoCheckShareAccess(access_, share_, &object_, &file.sharing, TRUE);
        if (shared < 0) return Status(shared);
    }
    return {};
}

void Creation::finish(File& file, Opening* opening, ULONG outcome) {
    ++file.openings;
    ++file.handles;
    opening->delete_on_close = wants(FILE_DELETE_ON_CLOSE);
    if (opening->delete_on_close) object_.Flags |= FO_DELETE_ON_CLOSE;
    object_.FsContext = &file.header;
    object_.FsContext2 = opening;
    object_.SectionObjectPointer = &file.sections;
    request_.set_information(outcome);
}

Result<void> Creation::open_existing(Resolved& target) {
    const bool directory = target.qid.is_directory();
    if (disposition_ == FILE_CREATE) return Status::kObjectNameCollision;
    RSL_TRY(check_kind(directory));
    if (path_.empty() && wants(FILE_DELETE_ON_CLOSE)) return Status(STATUS_CANNOT_DELETE);
    if (!directory) RSL_TRY(check_read_only(target.fid));
    File* file = RSL_TRY(volume_.find_or_make(target.qid, path_));
    if (file->delete_pending) return Status::kDeletePending;
    Opening* opening = nullptr;
    const auto outcome = [&]() -> Result<void> {
        opening = RSL_TRY(make<Opening>(file));
        opening->fid = std::move(target.fid);
        RSL_TRY(open_on_host(*opening, directory));
        RSL_TRY(attach(*file));
        if (!overwrites()) return {};
        const auto cut = volume_.client.set_attributes(opening->fid, {.valid = ninep::AttributeChange::kSize});
        if (!cut) IoRemoveShareAccess(&object_, &file->sharing);
        return cut;
    }();
    if (!outcome) {
        unmake(opening);
        volume_.forget_unused(*file);
        return outcome;
    }
    finish(*file, opening,
           disposition_ == FILE_SUPERSEDE ? FILE_SUPERSEDED : overwrites() ? FILE_OVERWRITTEN : FILE_OPENED);
    return {};
}

Result<void> Creation::create_new() {
    if (disposition_ == FILE_OPEN || disposition_ == FILE_OVERWRITE) return Status::kObjectNameNotFound;
    if (trailing_slash_ && !wants(FILE_DIRECTORY_FILE)) return Status::kObjectNameInvalid;
    const bool read_only = (attributes_ & FILE_ATTRIBUTE_READONLY) != 0;
    if (read_only && wants(FILE_DELETE_ON_CLOSE)) return Status(STATUS_CANNOT_DELETE);
    Walked parent = RSL_TRY(volume_.client.walk(Client::kRoot, path_.parent()));
    if (!parent.fid) return Status::kObjectPathNotFound;
    if (File* folder = volume_.find(parent.qid.path); folder != nullptr && folder->delete_pending) {
        return Status::kDeletePending;
    }
    Opening* opening = nullptr;
    File* file = nullptr;
    const auto outcome = [&]() -> Result<void> {
        opening = RSL_TRY(make<Opening>(nullptr));
        ninep::Qid qid;
        if (wants(FILE_DIRECTORY_FILE)) {
            RSL_TRY(volume_.client.make_directory(parent.fid, path_.last(), kDirectoryMode));
            Walked made = RSL_TRY(volume_.client.walk(parent.fid.number(), path_.last()));
            if (!made.fid) return Status::kObjectNameNotFound;
            opening->fid = std::move(made.fid);
            qid = made.qid;
            RSL_TRY(open_on_host(*opening, true));
        } else {
            const uint32_t mode = read_only ? kFileMode & ~kWriteBits : kFileMode;
            qid = RSL_TRY(volume_.client.create(parent.fid, path_.last(), ninep::kReadWrite | ninep::kCreateExclusive, mode));
            opening->fid = std::move(parent.fid);
            opening->readable = opening->writable = true;
        }
        file = RSL_TRY(volume_.find_or_make(qid, path_));
        opening->file = file;
        return attach(*file);
    }();
    if (!outcome) {
        unmake(opening);
        if (file != nullptr) volume_.forget_unused(*file);
        return outcome;
    }
    finish(*file, opening, FILE_CREATED);
    return {};
}

}  // namespace

Result<void> create(Request& request) {
    // Eight kilobytes of path have no place on a kernel stack.
    Creation* creation = RSL_TRY(make<Creation>(request));
    const auto outcome = creation->run();
    unmake(creation);
    return outcome;
}

Result<void> cleanup(Request& request) {
    Opening& opening = opening_of(*request.object);
    if (opening.file == nullptr) return {};
    File& file = *opening.file;
    Exclusive guard(request.volume.lock);
    FsRtlFastUnlockAll(&file.locks, request.object, IoGetRequestorProcess(&request.irp), nullptr);
    if (opening.delete_on_close) file.delete_pending = true;
    IoRemoveShareAccess(request.object, &file.sharing);
    --file.handles;
    const bool now = file.delete_pending && (file.handles == 0 || opening.delete_at_cleanup);
    if (now && !file.unlinked) {
        if (!request.volume.unlink(file)) file.delete_pending = false;  // not empty, or forbidden: it stays
    }
    return {};
}

Result<void> close(Request& request) {
    Opening* opening = &opening_of(*request.object);
    File* file = opening->file;
    request.object->FsContext = request.object->FsContext2 = nullptr;
    if (file == nullptr) {
        unmake(opening);
        return {};
    }
    Exclusive guard(request.volume.lock);
    unmake(opening);
    --file->openings;
    request.volume.forget_unused(*file);
    return {};
}

}  // namespace rsl::hostfs
