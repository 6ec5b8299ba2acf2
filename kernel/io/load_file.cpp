// SPDX-License-Identifier: GPL-2.0-only
// Loading a driver from the file that its registry key names.
#include "abi/functions/io.h"
#include "abi/functions/ob.h"
#include "kernel/cm/registry.hpp"
#include "kernel/io/driver.hpp"
#include "kernel/mm/pool.hpp"
#include "kernel/rtl/unicode.hpp"

namespace rsl::io {
namespace {

constexpr mm::PoolTag kTag = mm::pool_tag("IoLf");
constexpr uint64_t kMostImageBytes = 64ull << 20;
constexpr size_t kMostPath = 1024;

/// A path in the making.
struct Path {
    char16_t text[kMostPath];
    size_t length = 0;
    Result<void> add(std::u16string_view more) {
        if (more.size() > kMostPath - length) return Status::kObjectNameInvalid;
        length += more.copy(text + length, more.size());
        return {};
    }
    std::u16string_view view() const { return {text, length}; }
};

bool has_prefix(std::u16string_view text, std::u16string_view prefix) {
    return rtl::starts_with(text, prefix, rtl::CaseRule::kIgnore);
}

/// As the service control manager writes ImagePath: an NT path, or one below the Windows folder, perhaps
/// with %SystemRoot% in front, or with a drive letter.
Result<void> nt_path_of(std::u16string_view image_path, Path& out) {
    constexpr std::u16string_view kVariable = u"%SystemRoot%\\";
    if (has_prefix(image_path, kVariable)) image_path.remove_prefix(kVariable.size());
    else if (!image_path.empty() && image_path.front() == u'\\') return out.add(image_path);
    else if (image_path.size() > 2 && image_path[1] == u':') {
        RSL_TRY(out.add(u"\\??\\"));
        return out.add(image_path);
    }
    RSL_TRY(out.add(u"\\SystemRoot\\"));
    return out.add(image_path);
}

/// The service's ImagePath as an NT path; the usual place when the key does not say.
Result<void> find_image_path(std::u16string_view service, Path& out) {
    auto key_path = RSL_TRY(mm::make<Path>(kTag));
    const mm::UniquePool<Path> holder(key_path);
    RSL_TRY(key_path->add(u"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\"));
    RSL_TRY(key_path->add(service));
    const auto key = RSL_TRY(cm::open_key(key_path->view()));
    struct {
        KEY_VALUE_PARTIAL_INFORMATION head;
        char16_t text[kMostPath];
    }* value;
    mm::UniqueBytes memory(sizeof(*value), kTag);
    if (!memory) return Status::kInsufficientResources;
    value = static_cast<decltype(value)>(memory.get());
    const auto room = std::span(static_cast<std::byte*>(memory.get()), sizeof(*value));
    auto answer = cm::query_value(*key, u"ImagePath", KeyValuePartialInformation, room);
    if (!answer && answer.failure() != Status::kObjectNameNotFound) return answer.failure();
    if (!answer) {
        RSL_TRY(out.add(u"\\SystemRoot\\System32\\drivers\\"));
        RSL_TRY(out.add(service));
        return out.add(u".sys");
    }
    if (answer->bytes > sizeof(*value)) return Status::kObjectNameInvalid;
    const ULONG bytes = value->head.DataLength;
    std::u16string_view text(reinterpret_cast<const char16_t*>(value->head.Data), bytes / sizeof(char16_t));
    text = text.substr(0, text.find(u'\0'));
    return nt_path_of(text, out);
}

/// A handle of the kernel's, for a scope.
class Handle {
  public:
    ~Handle() {
        if (handle != nullptr) ZwClose(handle);
    }
    HANDLE handle = nullptr;
};

Result<mm::UniqueBytes> read_file(std::u16string_view path, size_t& bytes) {
    UNICODE_STRING name = {static_cast<USHORT>(path.size() * sizeof(WCHAR)), static_cast<USHORT>(path.size() * sizeof(WCHAR)),
                           const_cast<WCHAR*>(path.data())};
    OBJECT_ATTRIBUTES attributes = {sizeof(attributes), nullptr, &name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, nullptr, nullptr};
    IO_STATUS_BLOCK status = {};
    Handle file;
    NTSTATUS done = ZwOpenFile(&file.handle, FILE_READ_DATA | FILE_EXECUTE | SYNCHRONIZE, &attributes, &status,
                               FILE_SHARE_READ | FILE_SHARE_DELETE, FILE_SYNCHRONOUS_IO_NONALERT | FILE_NON_DIRECTORY_FILE);
    if (done < 0) return Status(done);
    FILE_STANDARD_INFORMATION size = {};
    done = ZwQueryInformationFile(file.handle, &status, &size, sizeof(size), FileStandardInformation);
    if (done < 0) return Status(done);
    bytes = static_cast<size_t>(size.EndOfFile.QuadPart);
    if (bytes == 0 || bytes > kMostImageBytes) return Status::kInvalidImageFormat;
    mm::UniqueBytes memory(bytes, kTag);
    if (!memory) return Status::kInsufficientResources;
    LARGE_INTEGER offset = {};
    done = ZwReadFile(file.handle, nullptr, nullptr, nullptr, &status, memory.get(), static_cast<ULONG>(bytes), &offset, nullptr);
    if (done < 0) return Status(done);
    bytes = status.Information;  // it may have become shorter meanwhile
    return memory;
}

}  // namespace

NTSTATUS load_service(std::u16string_view service, RSL_LOAD_REPORT& report) {
    if (find_driver(service)) return STATUS_IMAGE_ALREADY_LOADED;
    auto path = mm::make<Path>(kTag);
    if (!path) return path.failure().nt();
    const mm::UniquePool<Path> holder(*path);
    if (auto found = find_image_path(service, **path); !found) return found.failure().nt();
    size_t bytes = 0;
    auto image = read_file((*path)->view(), bytes);
    if (!image) return image.failure().nt();
    return load_driver(service, {static_cast<const std::byte*>(image->get()), bytes}, report, (*path)->view());
}

}  // namespace rsl::io
