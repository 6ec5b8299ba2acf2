// SPDX-License-Identifier: GPL-2.0-only
// What the host can be asked, one function a request. Fids stand for files of the host; a Fid gives its
// number back. PASSIVE_LEVEL and APC_LEVEL; every call waits for its reply.
#pragma once

#include "filesystems/hostfs/ninep/channel.hpp"

namespace rsl::hostfs {

class Client;

/// A number that stands for a file of the host. Clunked with its owner.
class Fid {
  public:
    Fid() = default;
    Fid(Client& client, uint32_t number) : client_(&client), number_(number) {}
    Fid(Fid&& other) noexcept : client_(std::exchange(other.client_, nullptr)), number_(other.number_) {}
    Fid& operator=(Fid&& other) noexcept {
        std::swap(client_, other.client_);
        std::swap(number_, other.number_);
        return *this;
    }
    ~Fid();
    uint32_t number() const { return number_; }
    /// The number came to stand for nothing: it is free without a word to the host.
    void abandon();
    explicit operator bool() const { return client_ != nullptr; }

  private:
    Client* client_ = nullptr;
    uint32_t number_ = 0;
};

/// How far a walk went.
struct Walked {
    Fid fid;                // only if all names were there
    uint32_t steps = 0;     // names that were
    ninep::Qid qid;         // of the last of them
    bool met_link = false;  // one of them is a symbolic link
};

class Client {
  public:
    static constexpr uint32_t kMostFids = 4096;

    /// Agrees on the protocol and attaches to the exported folder.
    Result<void> connect(ULONG pci_slot);
    void disconnect();
    std::string_view tag() const { return channel_.tag(); }

    /// From a fid (kRoot: the top) along names separated by '/'. Empty: another fid for the same file.
    static constexpr uint32_t kRoot = 0;
    Result<Walked> walk(uint32_t from, std::string_view path);
    /// A walk that has to arrive. kObjectNameNotFound.
    Result<Fid> walk_to(uint32_t from, std::string_view path);

    Result<ninep::Qid> open(const Fid& fid, uint32_t flags);
    /// Makes a file in the directory that `fid` is; from then on `fid` is the open file.
    Result<ninep::Qid> create(const Fid& fid, std::string_view name, uint32_t flags, uint32_t mode);
    Result<void> make_directory(const Fid& parent, std::string_view name, uint32_t mode);
    Result<ninep::Attributes> attributes(uint32_t fid);
    Result<void> set_attributes(const Fid& fid, const ninep::AttributeChange& change);
    /// Fewer bytes than asked for only at the end of the file.
    Result<uint32_t> read(const Fid& fid, uint64_t offset, const DataRange& to, PIRP irp = nullptr);
    Result<uint32_t> write(const Fid& fid, uint64_t offset, const DataRange& from, PIRP irp = nullptr);
    /// Raw entries from `offset` on (message.hpp reads them); 0 bytes at the end.
    Result<uint32_t> read_directory(const Fid& fid, uint64_t offset, void* memory, uint32_t bytes);
    Result<void> sync(const Fid& fid);
    Result<void> rename(const Fid& from, std::string_view old_name, const Fid& to, std::string_view new_name);
    Result<void> unlink(const Fid& parent, std::string_view name, bool directory);
    Result<void> link(const Fid& parent, const Fid& file, std::string_view name);
    Result<ninep::VolumeSize> volume_size();

  private:
    friend class Fid;
    Result<Fid> allocate_fid();
    void clunk(uint32_t number);
    void free_number(uint32_t number);
    Result<Walked> walk_some(uint32_t from, std::string_view& path);

    Channel channel_;
    KSPIN_LOCK lock_ = 0;
    uint64_t used_[kMostFids / 64] = {};  // bit N of it: fid N is in use
};

}  // namespace rsl::hostfs
