// SPDX-License-Identifier: GPL-2.0-only
// IRP_MJ_QUERY_VOLUME_INFORMATION.
#include <algorithm>
#include <cstring>

#include "abi/types/status.h"
#include "filesystems/hostfs/requests.hpp"

namespace rsl::hostfs {
namespace {

constexpr ULONG kSectorBytes = 512;

struct Answer {
    Request& request;
    std::byte* out;
    uint32_t room;

    template <typename T>
    Result<NTSTATUS> put(const T& value) {
        if (room < sizeof(T)) return Status::kInfoLengthMismatch;
        std::memcpy(out, &value, sizeof(T));
        request.set_information(sizeof(T));
        return STATUS_SUCCESS;
    }
    /// A structure of `fixed` bytes with a text at its end; a text that does not fit is cut.
    Result<NTSTATUS> put_with_text(const void* value, uint32_t fixed, std::u16string_view text) {
        if (room < fixed) return Status::kInfoLengthMismatch;
        std::memcpy(out, value, fixed);
        const auto bytes = static_cast<uint32_t>(text.size() * sizeof(char16_t));
        const uint32_t fits = std::min(bytes, (room - fixed) & ~1u);
        std::memcpy(out + fixed, text.data(), fits);
        request.set_information(fixed + fits);
        return fits < bytes ? STATUS_BUFFER_OVERFLOW : STATUS_SUCCESS;
    }
};

Result<NTSTATUS> put_volume(Answer& answer, const Volume& volume) {
    const VPB& vpb = *volume.disk->Vpb;
    FILE_FS_VOLUME_INFORMATION info = {};
    info.VolumeSerialNumber = vpb.SerialNumber;
    info.VolumeLabelLength = vpb.VolumeLabelLength;
    return answer.put_with_text(&info, offsetof(FILE_FS_VOLUME_INFORMATION, VolumeLabel),
                                {vpb.VolumeLabel, vpb.VolumeLabelLength / sizeof(WCHAR)});
}

Result<NTSTATUS> put_attributes(Answer& answer) {
    constexpr std::u16string_view kName = u"9P";
    FILE_FS_ATTRIBUTE_INFORMATION info = {};
    info.FileSystemAttributes = FILE_CASE_PRESERVED_NAMES | FILE_UNICODE_ON_DISK | FILE_SUPPORTS_HARD_LINKS;
    info.MaximumComponentNameLength = kMostNameUnits;
    info.FileSystemNameLength = static_cast<ULONG>(kName.size() * sizeof(WCHAR));
    return answer.put_with_text(&info, offsetof(FILE_FS_ATTRIBUTE_INFORMATION, FileSystemName), kName);
}

/// The host's blocks as allocation units.
Result<NTSTATUS> put_size(Answer& answer, Volume& volume, bool full) {
    const auto size = RSL_TRY(volume.client.volume_size());
    const ULONG sectors = std::max<ULONG>(size.block_bytes / kSectorBytes, 1);
    const auto units = [](uint64_t blocks) { return LARGE_INTEGER{.QuadPart = static_cast<LONGLONG>(blocks)}; };
    if (!full) {
        return answer.put(FILE_FS_SIZE_INFORMATION{units(size.blocks), units(size.available_blocks), sectors, kSectorBytes});
    }
    return answer.put(FILE_FS_FULL_SIZE_INFORMATION{units(size.blocks), units(size.available_blocks),
                                                    units(size.free_blocks), sectors, kSectorBytes});
}

}  // namespace

Result<NTSTATUS> query_volume(Request& request) {
    const auto& parameters = request.location.Parameters.QueryVolume;
    Answer answer{request, static_cast<std::byte*>(request.irp.AssociatedIrp.SystemBuffer), parameters.Length};
    switch (parameters.FsInformationClass) {
        case FileFsVolumeInformation: return put_volume(answer, request.volume);
        case FileFsSizeInformation: return put_size(answer, request.volume, false);
        case FileFsFullSizeInformation: return put_size(answer, request.volume, true);
        case FileFsDeviceInformation:
            return answer.put(FILE_FS_DEVICE_INFORMATION{FILE_DEVICE_DISK, request.volume.disk->Characteristics | FILE_DEVICE_IS_MOUNTED});
        case FileFsAttributeInformation: return put_attributes(answer);
        case FileFsSectorSizeInformation:
            return answer.put(FILE_FS_SECTOR_SIZE_INFORMATION{kSectorBytes, kSectorBytes, kSectorBytes, kSectorBytes, 0, 0, 0});
        default: return Status(STATUS_INVALID_INFO_CLASS);
    }
}

}  // namespace rsl::hostfs
