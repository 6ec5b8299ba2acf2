// SPDX-License-Identifier: GPL-2.0-only
// The scanf family, and paths in their parts. In the VM only.
//   IRQL     any, on resident memory
//   Returns  scanf: fields assigned, -1 at the end of the text or without one; paths: 0, EINVAL,
//   ERANGE Source   learn.microsoft.com/cpp/c-runtime-library/reference/ Differs  no floating point
// The compiler's headers declare these functions too, as imports.
#define _CRTIMP
#include <cstdarg>

#include "abi/functions/export.h"
#include "kernel/rtl/crt.hpp"
#include "kernel/rtl/scan.hpp"

namespace {

namespace crt = rsl::rtl::crt;
using rsl::rtl::BufferSizes;

template <typename Char>
int scan(const Char* text, size_t length, const Char* format, va_list list, BufferSizes sizes) {
    if (text == nullptr || format == nullptr) return -1;
    rsl::rtl::SlotArguments arguments{list};
    return rsl::rtl::Scanner<Char>(text, length, arguments, sizes).run(format);
}

/// One part of a path into the caller's buffer. No buffer and no size: not wanted.
template <typename Char>
struct Part {
    Char* buffer;
    size_t capacity;
    bool good() const { return (buffer == nullptr) == (capacity == 0); }
    bool put(const Char* from, size_t count) const {
        if (buffer == nullptr) return true;
        if (count >= capacity) return false;
        for (size_t i = 0; i < count; ++i) buffer[i] = from[i];
        buffer[count] = 0;
        return true;
    }
    void clear() const {
        if (buffer != nullptr) buffer[0] = 0;
    }
};

template <typename Char>
int split(const Char* path, Part<Char> drive, Part<Char> directory, Part<Char> name,
          Part<Char> extension) {
    const Part<Char> all[] = {drive, directory, name, extension};
    bool good = path != nullptr;
    for (const auto& part : all) good = good && part.good();
    for (const auto& part : all) {
        if (part.capacity != 0) part.clear();
    }
    if (!good) return crt::kErrorInvalid;
    const size_t drive_length = path[0] != 0 && path[1] == ':' ? 2 : 0;
    const Char* const rest = path + drive_length;
    const size_t length = crt::length(rest);
    size_t stem = length;
    while (stem != 0 && rest[stem - 1] != '\\' && rest[stem - 1] != '/') --stem;
    size_t dot = length;
    for (size_t i = stem; i < length; ++i) {
        if (rest[i] == '.') dot = i;
    }
    if (drive.put(path, drive_length) && directory.put(rest, stem) &&
        name.put(rest + stem, dot - stem) && extension.put(rest + dot, length - dot)) {
        return 0;
    }
    for (const auto& part : all) part.clear();
    return crt::kErrorRange;
}

template <typename Char>
int join(Char* path, size_t capacity, const Char* drive, const Char* directory, const Char* name,
         const Char* extension) {
    if (path == nullptr || capacity == 0) return crt::kErrorInvalid;
    size_t used = 0;
    bool good = true;
    const auto put = [&](Char c) {
        used + 1 < capacity ? void(path[used++] = c) : void(good = false);
    };
    const auto put_all = [&](const Char* text) {
        while (*text != 0 && good) put(*text++);
    };
    if (drive != nullptr && drive[0] != 0) put(drive[0]), put(':');
    if (directory != nullptr && directory[0] != 0) {
        put_all(directory);
        const Char last = directory[crt::length(directory) - 1];
        if (last != '\\' && last != '/') put('\\');
    }
    if (name != nullptr) put_all(name);
    if (extension != nullptr && extension[0] != 0) {
        if (extension[0] != '.') put('.');
        put_all(extension);
    }
    path[good ? used : 0] = 0;
    return good ? 0 : crt::kErrorRange;
}

}  // namespace

#define RSL_WITH_LIST(call) \
    va_list list;           \
    va_start(list, format); \
    const int count = call; \
    va_end(list);           \
    return count

constexpr size_t kWholeText = ~size_t{0};
RSL_EXPORT int sscanf(const char* text, const char* format, ...) {
    RSL_WITH_LIST(scan(text, kWholeText, format, list, BufferSizes::kTrusted));
}
RSL_EXPORT int sscanf_s(const char* text, const char* format, ...) {
    RSL_WITH_LIST(scan(text, kWholeText, format, list, BufferSizes::kPassed));
}
RSL_EXPORT int _snscanf_s(const char* text, size_t length, const char* format, ...) {
    RSL_WITH_LIST(scan(text, length, format, list, BufferSizes::kPassed));
}
// The compiler's header has a function of its own by this name.
extern "C" int nt_swscanf(const wchar_t* text, const wchar_t* format, ...) __asm__("swscanf");
int nt_swscanf(const wchar_t* text, const wchar_t* format, ...) {
    RSL_WITH_LIST(scan(text, kWholeText, format, list, BufferSizes::kTrusted));
}
RSL_EXPORT int swscanf_s(const wchar_t* text, const wchar_t* format, ...) {
    RSL_WITH_LIST(scan(text, kWholeText, format, list, BufferSizes::kPassed));
}
RSL_EXPORT int _snwscanf_s(const wchar_t* text, size_t length, const wchar_t* format, ...) {
    RSL_WITH_LIST(scan(text, length, format, list, BufferSizes::kPassed));
}

RSL_EXPORT int _splitpath_s(const char* path, char* drive, size_t drive_capacity, char* directory,
                            size_t directory_capacity, char* name, size_t name_capacity,
                            char* extension, size_t extension_capacity) {
    return split<char>(path, {drive, drive_capacity}, {directory, directory_capacity},
                       {name, name_capacity}, {extension, extension_capacity});
}
RSL_EXPORT int _wsplitpath_s(const wchar_t* path, wchar_t* drive, size_t drive_capacity,
                             wchar_t* directory, size_t directory_capacity, wchar_t* name,
                             size_t name_capacity, wchar_t* extension, size_t extension_capacity) {
    return split<wchar_t>(path, {drive, drive_capacity}, {directory, directory_capacity},
                          {name, name_capacity}, {extension, extension_capacity});
}
RSL_EXPORT int _makepath_s(char* path, size_t capacity, const char* drive, const char* directory,
                           const char* name, const char* extension) {
    return join(path, capacity, drive, directory, name, extension);
}
RSL_EXPORT int _wmakepath_s(wchar_t* path, size_t capacity, const wchar_t* drive,
                            const wchar_t* directory, const wchar_t* name,
                            const wchar_t* extension) {
    return join(path, capacity, drive, directory, name, extension);
}
