// SPDX-License-Identifier: GPL-2.0-only
// The tree of live state behind `rsl inspect PATH`. A component registers a node in a linker section
// and writes JSON when asked; nothing runs before that.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace rsl::ke {

/// Writes JSON into a bounded buffer; counts on when it is full.
class JsonWriter {
  public:
    JsonWriter(char* buffer, size_t capacity) : buffer_(buffer), capacity_(capacity) {}
    void begin_object();
    void end_object();
    void begin_array();
    void end_array();
    void key(std::string_view name);
    void value(std::string_view text);   // UTF-8, escaped
    void value(std::u16string_view text);
    void value(uint64_t number);
    void value_hex(uint64_t number);     // as a string "0x..."
    void value_bool(bool value);
    template <typename T>
    void field(std::string_view name, T content) {
        key(name);
        value(content);
    }
    /// Bytes that the whole text takes, whether or not they fitted.
    size_t needed() const { return used_; }

  private:
    void put(char c);
    void separate();
    char* buffer_;
    size_t capacity_;
    size_t used_ = 0;
    bool first_ = true;
};

/// A node: its path and what writes it. At PASSIVE_LEVEL.
struct Inspector {
    const char* path;
    void (*write)(JsonWriter& out);
};

}  // namespace rsl::ke

#if defined(_WIN32)
#define RSL_INSPECT_SECTION "rslins$m"
#else
#define RSL_INSPECT_SECTION "rslins"
#endif
/// RSL_INSPECTOR(devices, "kernel/io/devices", write_devices);
#define RSL_INSPECTOR(id, path_, write_)                                                      \
    static constexpr ::rsl::ke::Inspector rsl_inspector_##id = {path_, &write_};              \
    __attribute__((section(RSL_INSPECT_SECTION), used)) static const ::rsl::ke::Inspector* const \
        rsl_inspector_entry_##id = &rsl_inspector_##id
