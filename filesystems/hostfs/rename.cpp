// SPDX-License-Identifier: GPL-2.0-only
// Another name for a file: instead of its own (rename) or beside it (link).
#include "abi/types/status.h"
#include "filesystems/hostfs/requests.hpp"

namespace rsl::hostfs {
namespace {

/// The new name's folder and last part.
struct Target {
    HostPath path;
    char name[kMostNameBytes];
    size_t name_bytes = 0;
    std::string_view last() const { return {name, name_bytes}; }
};

/// Where the name leads: the I/O manager has opened the folder of a name with '\' in it; one without
/// stays in the file's own folder.
Result<void> find_target(Request& request, const File& file, Target& target) {
    const auto& in = *static_cast<const FILE_RENAME_INFORMATION*>(request.irp.AssociatedIrp.SystemBuffer);
    const uint32_t room = request.location.Parameters.SetFile.Length - offsetof(FILE_RENAME_INFORMATION, FileName);
    if (in.FileNameLength > room || in.FileNameLength % sizeof(WCHAR) != 0) return Status::kInvalidParameter;
    std::u16string_view name(in.FileName, in.FileNameLength / sizeof(WCHAR));
    FILE_OBJECT* folder = request.location.Parameters.SetFile.FileObject;
    if (folder != nullptr) {
        if (folder->DeviceObject != request.object->DeviceObject) return Status(STATUS_NOT_SAME_DEVICE);
        File* opened = file_of(*folder);
        if (opened == nullptr) return Status::kInvalidParameter;
        name = {folder->FileName.Buffer, folder->FileName.Length / sizeof(WCHAR)};
        RSL_TRY(target.path.assign(opened->path.view()));
    } else {
        if (name.find(u'\\') != name.npos) return Status::kObjectNameInvalid;
        RSL_TRY(target.path.assign(file.path.parent()));
    }
    target.name_bytes = RSL_TRY(name_to_host(name, target.name));
    return target.path.append(target.last());
}

/// What is in the way may go only if it is to be replaced, is a file, and nobody has it open.
Result<void> check_replaced(Volume& volume, const File& file, const Resolved& there, bool replace) {
    if (there.qid.path == file.id) return {};  // the same file, in another spelling
    if (!replace) return Status::kObjectNameCollision;
    if (there.qid.is_directory() || file.directory) return Status::kAccessDenied;
    if (File* open = volume.find(there.qid.path); open != nullptr && open->handles != 0) return Status::kAccessDenied;
    const auto now = RSL_TRY(volume.client.attributes(there.fid.number()));
    if ((nt_attributes(now) & FILE_ATTRIBUTE_READONLY) != 0) return Status::kAccessDenied;
    return {};
}

Result<void> move_name(Volume& volume, File& file, const Fid& to, Target& target) {
    const Fid from = RSL_TRY(volume.client.walk_to(Client::kRoot, file.path.parent()));
    RSL_TRY(volume.client.rename(from, file.path.last(), to, target.last()));
    return file.path.assign(target.path.view());
}

Result<void> run(Request& request, bool is_link, Target& wanted, Target& found) {
    Volume& volume = request.volume;
    File& file = *file_of(*request.object);
    Exclusive guard(volume.lock);
    if (file.path.empty() || file.unlinked || file.delete_pending) return Status::kAccessDenied;
    if (is_link && file.directory) return Status(STATUS_FILE_IS_A_DIRECTORY);
    RSL_TRY(find_target(request, file, wanted));
    RSL_TRY(found.path.assign(wanted.path.view()));
    Resolved there = RSL_TRY(volume.resolve(found.path, Volume::Case::kIgnore));
    const auto& in = *static_cast<const FILE_RENAME_INFORMATION*>(request.irp.AssociatedIrp.SystemBuffer);
    const auto& parameters = request.location.Parameters.SetFile;
    const bool by_flags = parameters.FileInformationClass == FileRenameInformationEx ||
                          parameters.FileInformationClass == FileLinkInformationEx;
    const bool replace = by_flags ? (in.Flags & FILE_RENAME_REPLACE_IF_EXISTS) != 0 : in.ReplaceIfExists != 0;
    if (there.exists) RSL_TRY(check_replaced(volume, file, there, replace));
    // found.path has the host's spelling of the folder, and of the old file if there is one.
    const Fid folder = RSL_TRY(volume.client.walk_to(Client::kRoot, found.path.parent()));
    if (is_link) {
        if (there.exists && there.qid.path != file.id) RSL_TRY(volume.client.unlink(folder, found.path.last(), false));
        return volume.client.link(folder, opening_of(*request.object).fid, wanted.last());
    }
    if (file.directory && volume.has_open_below(file.path.view())) return Status::kAccessDenied;
    const bool another_spelling = there.exists && there.qid.path != file.id && found.path.last() != wanted.last();
    if (another_spelling) RSL_TRY(volume.client.unlink(folder, found.path.last(), false));
    RSL_TRY(wanted.path.assign(found.path.parent()));
    RSL_TRY(wanted.path.append(wanted.last()));
    return move_name(volume, file, folder, wanted);
}

}  // namespace

Result<void> rename_or_link(Request& request, bool is_link) {
    Target* wanted = RSL_TRY(make<Target>());
    auto found = make<Target>();
    const auto outcome = found ? run(request, is_link, *wanted, **found) : Result<void>(found.failure());
    unmake(wanted);
    if (found) unmake(*found);
    return outcome;
}

}  // namespace rsl::hostfs
