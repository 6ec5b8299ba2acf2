// SPDX-License-Identifier: GPL-2.0-only
// A registry key as the PnP manager uses it: opened or made by path, values read into memory of ours.
// PASSIVE_LEVEL.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "kernel/cm/registry.hpp"
#include "kernel/pnp/text.hpp"

namespace rsl::pnp {

inline constexpr std::u16string_view kControlSet = u"\\Registry\\Machine\\System\\CurrentControlSet\\";
inline constexpr std::u16string_view kEnumPath = u"\\Registry\\Machine\\System\\CurrentControlSet\\Enum\\";
inline constexpr std::u16string_view kClassPath =
    u"\\Registry\\Machine\\System\\CurrentControlSet\\Control\\Class\\";
inline constexpr std::u16string_view kInterfacePath =
    u"\\Registry\\Machine\\System\\CurrentControlSet\\Control\\DeviceClasses\\";
inline constexpr std::u16string_view kServicesPath = u"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\";
/// What `rsl driver install` writes: which id is driven by what (docs/nt/pnp.md).
inline constexpr std::u16string_view kDatabasePath = u"\\Registry\\Machine\\System\\DriverDatabase\\DeviceIds\\";

/// A value's data, owned. Text is bounded by its terminator.
class ValueData {
  public:
    ValueData() = default;
    ValueData(ValueData&& other) noexcept;
    ValueData& operator=(ValueData other) noexcept;
    ~ValueData();
    explicit operator bool() const { return memory_ != nullptr; }
    uint32_t type() const;
    std::span<const std::byte> bytes() const;
    /// Up to the first NUL.
    std::u16string_view text() const;
    /// All strings of a REG_MULTI_SZ, NULs between them.
    std::u16string_view list() const;
    uint32_t number() const;  // 0 when it is none

  private:
    friend class RegistryKey;
    void* memory_ = nullptr;  // KEY_VALUE_PARTIAL_INFORMATION
};

class RegistryKey {
  public:
    RegistryKey() = default;
    static RegistryKey open(std::u16string_view path);   // tests false when there is none
    static RegistryKey make(std::u16string_view path);   // every key on the way too
    explicit operator bool() const { return static_cast<bool>(object_); }

    ValueData value(std::u16string_view name) const;
    bool has(std::u16string_view name) const { return static_cast<bool>(value(name)); }
    uint32_t number_or(std::u16string_view name, uint32_t otherwise) const;
    bool set(std::u16string_view name, uint32_t type, std::span<const std::byte> data);
    bool set_text(std::u16string_view name, std::u16string_view text, uint32_t type = REG_SZ);
    /// `list` with its NULs, as in memory.
    bool set_list(std::u16string_view name, std::u16string_view list);
    bool set_number(std::u16string_view name, uint32_t number);
    void remove(std::u16string_view name);
    /// The name of subkey `index`, false behind the last.
    bool subkey(uint32_t index, IdText& name) const;
    /// Copies every value of another key here, in the order of that key.
    void copy_values(const RegistryKey& from);
    /// The same with all keys below.
    void copy_tree(const RegistryKey& from);
    /// Deletes this key with all below.
    void remove_tree();
    /// A kernel handle for a driver.
    Result<HANDLE> handle(uint32_t access) const;
    std::u16string_view path() const { return path_.view(); }

  private:
    static RegistryKey holding(Result<Ref<cm::KeyObject>> object, std::u16string_view path);
    Ref<cm::KeyObject> object_;
    PathText path_;
};

}  // namespace rsl::pnp
