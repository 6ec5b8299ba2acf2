// SPDX-License-Identifier: GPL-2.0-only
// Questions about objects: names, counts, types, what lies in a directory.
#pragma once

#include "abi/types/ob.h"
#include "kernel/ob/directory.hpp"
#include "kernel/ob/object.hpp"

namespace rsl::ob {

/// The full path in pool memory of its own.
class PathText {
  public:
    static Result<PathText> of(const void* body);
    PathText(PathText&& other) noexcept
        : text_(std::exchange(other.text_, nullptr)), length_(other.length_) {}
    PathText& operator=(PathText&&) = delete;
    ~PathText() {
        if (text_ != nullptr) mm::free(text_);
    }
    std::u16string_view text() const { return {text_, length_}; }

  private:
    PathText(char16_t* text, size_t length) : text_(text), length_(length) {}
    char16_t* text_;
    size_t length_;
};

/// ObQueryNameString, to memory of a caller of this mode.
Result<void> query_name(const void* body, void* out, uint32_t length, ULONG* returned,
                        KPROCESSOR_MODE mode);
Result<void> query_object(HANDLE handle, OBJECT_INFORMATION_CLASS what, void* out, uint32_t length,
                          ULONG* returned, KPROCESSOR_MODE mode);

/// Loses the permanent mark; without handles the name too.
void make_temporary(void* body);

/// NtQueryDirectoryObject.
struct DirectoryQuery {
    Directory& directory;
    void* out;
    uint32_t length;
    bool single;
    bool restart;
    ULONG* context;
    ULONG* returned;
    KPROCESSOR_MODE mode;
};
/// STATUS_SUCCESS, STATUS_MORE_ENTRIES, STATUS_NO_MORE_ENTRIES, or a failure.
NTSTATUS query_directory(const DirectoryQuery& query);

}  // namespace rsl::ob
