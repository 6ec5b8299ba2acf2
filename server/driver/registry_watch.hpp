// SPDX-License-Identifier: GPL-2.0-only
// A session that hears of changes in the registry. Listens as any driver would, by
// CmRegisterCallback, and only while there is a session that wants to hear.
#pragma once

#include "server/driver/nt.hpp"
#include "server/engine/registry_journal.hpp"

namespace rsl::server {

/// Once, before any session.
void initialize_registry_watch();

class RegistryWatch {
  public:
    RegistryWatch();
    RegistryWatch(const RegistryWatch&) = delete;
    RegistryWatch& operator=(const RegistryWatch&) = delete;
    ~RegistryWatch();

    enum class Existing : uint8_t { kIsKnown, kCountsAsChanged };
    /// Watches an open key and all below it; `number` names it from now on.
    NTSTATUS add(HANDLE key, Existing existing, uint32_t& number);
    NTSTATUS forget(uint32_t number);
    /// Until something has changed. STATUS_CANCELLED when `cancelled` is set first.
    NTSTATUS wait(KEVENT& cancelled);
    RegistryJournal::Taken take(std::span<std::byte> out, bool& more);

    /// While it lives, this session does not hear of what its thread changes.
    class Quiet {
      public:
        explicit Quiet(RegistryWatch& watch);
        Quiet(const Quiet&) = delete;
        Quiet& operator=(const Quiet&) = delete;
        ~Quiet();

      private:
        friend class RegistryWatch;
        PKTHREAD thread_;
        RegistryWatch& watch_;
        Quiet* next_;
    };

  private:
    static constexpr uint32_t kMostKeys = 64;
    static NTSTATUS NTAPI hear(PVOID context, PVOID what, PVOID information);
    static void note(PVOID key_object, protocol::RegistryChange change, PUNICODE_STRING value);
    static void note_path(PCUNICODE_STRING path, protocol::RegistryChange change,
                          PUNICODE_STRING value);
    void append(uint32_t number, protocol::RegistryChange change, std::u16string_view key,
                std::u16string_view name);
    bool is_quiet() const;
    NTSTATUS begin();
    NTSTATUS tell_existing(uint32_t number, HANDLE key);

    // Under the lock of all of them:
    RegistryJournal journal_;
    PCUNICODE_STRING keys_[kMostKeys] = {};  // full paths, of CmCallbackGetKeyObjectIDEx
    Quiet* quiet_ = nullptr;
    RegistryWatch* next_ = nullptr;
    bool listening_ = false;
    KEVENT changed_;
};

}  // namespace rsl::server
