// SPDX-License-Identifier: GPL-2.0-only
#include "protocol/message/supervisor.hpp"

namespace rsl::protocol::supervisor {

Result<Header> decode_header(std::span<const std::byte> datagram) {
    if (datagram.size() > kMaxMessageBytes) return Status::kProtocolViolation;
    Reader reader{datagram};
    const Header header = RSL_TRY(reader.read<Header>());
    if (header.magic != kMagic || header.reserved != 0) return Status::kProtocolViolation;
    return header;
}

}  // namespace rsl::protocol::supervisor
