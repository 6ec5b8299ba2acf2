// SPDX-License-Identifier: GPL-2.0-only
// The pages of a file that sections map: one set for each file, found through its SECTION_OBJECT_POINTERS, so
// that all sections of a file show the same. Read when the first section is made; what is writable is
// written back when the last one is gone. Images are a set of their own, laid out as their headers say.
#pragma once

#include <atomic>
#include <cstdint>

#include "abi/types/io_device.h"
#include "base/core/result.hpp"

namespace rsl::mm {

enum class FileUse : uint8_t { kRead, kWrite, kImage };

struct FilePages {
    uint32_t references = 1;  // under the lock in file_pages.cpp
    FILE_OBJECT* file = nullptr;  // referenced
    FileUse use = FileUse::kRead;
    uint64_t file_bytes = 0;      // what is written back
    uint64_t count = 0;
    std::atomic<uint64_t>* pages = nullptr;  // physical addresses
    uint64_t preferred_base = 0;  // of an image
};

/// For a section of `bytes` (0: as large as the file). PASSIVE_LEVEL. STATUS_INVALID_FILE_FOR_SECTION for
/// what is no file, STATUS_MAPPED_FILE_SIZE_ZERO, STATUS_SECTION_TOO_BIG when a file that is only read is
/// smaller, STATUS_INVALID_IMAGE_FORMAT; a file that is written is made as large.
Result<FilePages*> take_file_pages(FILE_OBJECT& file, uint64_t bytes, FileUse use);
void give_file_pages(FilePages& pages);

}  // namespace rsl::mm
