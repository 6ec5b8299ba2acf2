// SPDX-License-Identifier: GPL-2.0-only
// Status: the 32-bit outcome code that kernel and wire share. Values are NT's, because drivers see
// them; this header knows the numbers only. Not for warnings or "pending": those are outcomes, and
// have types of their own where they occur.
#pragma once

#include <cstdint>

namespace rsl {

/// A status code. Failures have the top bit set.
class [[nodiscard]] Status {
  public:
    constexpr explicit Status(int32_t code) : code_(code) {}
    constexpr int32_t nt() const { return code_; }
    constexpr bool failed() const { return code_ < 0; }
    friend constexpr bool operator==(Status, Status) = default;

    static const Status kSuccess;
    static const Status kUnsuccessful;
    static const Status kNotImplemented;
    static const Status kInfoLengthMismatch;
    static const Status kAccessViolation;
    static const Status kInvalidHandle;
    static const Status kInvalidParameter;
    static const Status kNoSuchDevice;
    static const Status kNoSuchFile;
    static const Status kInvalidDeviceRequest;
    static const Status kEndOfFile;
    static const Status kNoMemory;
    static const Status kConflictingAddresses;
    static const Status kAccessDenied;
    static const Status kBufferTooSmall;
    static const Status kObjectTypeMismatch;
    static const Status kObjectNameInvalid;
    static const Status kObjectNameNotFound;
    static const Status kObjectNameCollision;
    static const Status kObjectPathInvalid;
    static const Status kObjectPathNotFound;
    static const Status kObjectPathSyntaxBad;
    static const Status kSharingViolation;
    static const Status kInvalidImageFormat;
    static const Status kInsufficientResources;
    static const Status kDeletePending;
    static const Status kNotSupported;
    static const Status kCancelled;
    static const Status kInvalidImageNotMz;
    static const Status kInvalidImageProtect;
    static const Status kImageMachineTypeMismatch;
    static const Status kEntryPointNotFound;
    static const Status kOrdinalNotFound;
    static const Status kDllNotFound;
    static const Status kConnectionInvalid;
    static const Status kProtocolViolation;  // STATUS_INVALID_MESSAGE: the peer broke the protocol
    static const Status kNotFound;
    static const Status kIoTimeout;

  private:
    int32_t code_;
};

namespace detail {
constexpr Status status(uint32_t code) { return Status(static_cast<int32_t>(code)); }
}  // namespace detail

inline constexpr Status Status::kSuccess = detail::status(0);
inline constexpr Status Status::kUnsuccessful = detail::status(0xC0000001);
inline constexpr Status Status::kNotImplemented = detail::status(0xC0000002);
inline constexpr Status Status::kInfoLengthMismatch = detail::status(0xC0000004);
inline constexpr Status Status::kAccessViolation = detail::status(0xC0000005);
inline constexpr Status Status::kInvalidHandle = detail::status(0xC0000008);
inline constexpr Status Status::kInvalidParameter = detail::status(0xC000000D);
inline constexpr Status Status::kNoSuchDevice = detail::status(0xC000000E);
inline constexpr Status Status::kNoSuchFile = detail::status(0xC000000F);
inline constexpr Status Status::kInvalidDeviceRequest = detail::status(0xC0000010);
inline constexpr Status Status::kEndOfFile = detail::status(0xC0000011);
inline constexpr Status Status::kNoMemory = detail::status(0xC0000017);
inline constexpr Status Status::kConflictingAddresses = detail::status(0xC0000018);
inline constexpr Status Status::kAccessDenied = detail::status(0xC0000022);
inline constexpr Status Status::kBufferTooSmall = detail::status(0xC0000023);
inline constexpr Status Status::kObjectTypeMismatch = detail::status(0xC0000024);
inline constexpr Status Status::kObjectNameInvalid = detail::status(0xC0000033);
inline constexpr Status Status::kObjectNameNotFound = detail::status(0xC0000034);
inline constexpr Status Status::kObjectNameCollision = detail::status(0xC0000035);
inline constexpr Status Status::kObjectPathInvalid = detail::status(0xC0000039);
inline constexpr Status Status::kObjectPathNotFound = detail::status(0xC000003A);
inline constexpr Status Status::kObjectPathSyntaxBad = detail::status(0xC000003B);
inline constexpr Status Status::kSharingViolation = detail::status(0xC0000043);
inline constexpr Status Status::kDeletePending = detail::status(0xC0000056);
inline constexpr Status Status::kInvalidImageFormat = detail::status(0xC000007B);
inline constexpr Status Status::kInsufficientResources = detail::status(0xC000009A);
inline constexpr Status Status::kIoTimeout = detail::status(0xC00000B5);
inline constexpr Status Status::kNotSupported = detail::status(0xC00000BB);
inline constexpr Status Status::kCancelled = detail::status(0xC0000120);
inline constexpr Status Status::kInvalidImageNotMz = detail::status(0xC000012F);
inline constexpr Status Status::kInvalidImageProtect = detail::status(0xC0000130);
inline constexpr Status Status::kImageMachineTypeMismatch = detail::status(0xC000013E);
inline constexpr Status Status::kDllNotFound = detail::status(0xC0000135);
inline constexpr Status Status::kOrdinalNotFound = detail::status(0xC0000138);
inline constexpr Status Status::kEntryPointNotFound = detail::status(0xC0000139);
inline constexpr Status Status::kConnectionInvalid = detail::status(0xC000023A);
inline constexpr Status Status::kProtocolViolation = detail::status(0xC0000702);
inline constexpr Status Status::kNotFound = detail::status(0xC0000225);

}  // namespace rsl
