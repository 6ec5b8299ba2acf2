// SPDX-License-Identifier: GPL-2.0-only
#include "filesystems/hostfs/ninep/message.hpp"

namespace rsl::ninep {

Result<uint32_t> Writer::finish(uint16_t tag, uint32_t following) {
    if (overflow_) return Status::kInsufficientResources;
    const auto size = static_cast<uint32_t>(used_) + following;
    std::memcpy(memory_.data(), &size, sizeof(size));
    std::memcpy(memory_.data() + 5, &tag, sizeof(tag));
    return static_cast<uint32_t>(used_);
}

Result<std::string_view> Reader::take_text() {
    const auto length = RSL_TRY(take<uint16_t>());
    if (bytes_.size() < length) return Status::kProtocolViolation;
    const std::string_view text(reinterpret_cast<const char*>(bytes_.data()), length);
    bytes_ = bytes_.subspan(length);
    return text;
}

Result<Qid> Reader::take_qid() {
    Qid qid;
    qid.type = RSL_TRY(take<uint8_t>());
    qid.version = RSL_TRY(take<uint32_t>());
    qid.path = RSL_TRY(take<uint64_t>());
    return qid;
}

Result<Reply> read_reply(std::span<const std::byte> received, Type request, uint16_t tag) {
    Reader reader(received);
    const auto size = RSL_TRY(reader.take<uint32_t>());
    const auto type = RSL_TRY(reader.take<uint8_t>());
    const auto answered = RSL_TRY(reader.take<uint16_t>());
    if (size < kHeaderBytes || answered != tag) return Status::kProtocolViolation;
    if (size < received.size()) reader = Reader(received.subspan(kHeaderBytes, size - kHeaderBytes));
    if (type == static_cast<uint8_t>(Type::kError)) {
        const auto error = RSL_TRY(reader.take<uint32_t>());
        if (error == 0) return Status::kProtocolViolation;
        return Reply{error, reader};
    }
    if (type != static_cast<uint8_t>(request) + 1) return Status::kProtocolViolation;
    return Reply{0, reader};
}

Result<Attributes> read_attributes(Reader& body) {
    Attributes out;
    (void)RSL_TRY(body.take<uint64_t>());  // which of them are valid: the basic ones, as asked for
    out.qid = RSL_TRY(body.take_qid());
    out.mode = RSL_TRY(body.take<uint32_t>());
    (void)RSL_TRY(body.take<uint32_t>());  // owner
    (void)RSL_TRY(body.take<uint32_t>());  // group
    out.links = RSL_TRY(body.take<uint64_t>());
    (void)RSL_TRY(body.take<uint64_t>());  // device
    out.bytes = RSL_TRY(body.take<uint64_t>());
    (void)RSL_TRY(body.take<uint64_t>());  // block size
    out.blocks = RSL_TRY(body.take<uint64_t>());
    for (UnixTime* time : {&out.accessed, &out.modified, &out.changed}) {
        time->seconds = RSL_TRY(body.take<uint64_t>());
        time->nanoseconds = RSL_TRY(body.take<uint64_t>());
    }
    return out;
}

Result<VolumeSize> read_volume_size(Reader& body) {
    VolumeSize out;
    (void)RSL_TRY(body.take<uint32_t>());  // kind of file system
    out.block_bytes = RSL_TRY(body.take<uint32_t>());
    out.blocks = RSL_TRY(body.take<uint64_t>());
    out.free_blocks = RSL_TRY(body.take<uint64_t>());
    out.available_blocks = RSL_TRY(body.take<uint64_t>());
    (void)RSL_TRY(body.take<uint64_t>());  // files
    (void)RSL_TRY(body.take<uint64_t>());  // free files
    out.id = RSL_TRY(body.take<uint64_t>());
    if (out.block_bytes == 0) return Status::kProtocolViolation;
    return out;
}

Result<DirectoryEntry> read_entry(Reader& data) {
    DirectoryEntry entry;
    entry.qid = RSL_TRY(data.take_qid());
    entry.next_offset = RSL_TRY(data.take<uint64_t>());
    (void)RSL_TRY(data.take<uint8_t>());  // kind of file; the qid has it
    entry.name = RSL_TRY(data.take_text());
    return entry;
}

}  // namespace rsl::ninep
