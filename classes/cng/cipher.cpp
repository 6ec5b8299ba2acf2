// SPDX-License-Identifier: GPL-2.0-only
// cng.sys: encrypting and decrypting. Output may lie over the input, from its first byte.
#include "classes/cng/gcm.hpp"
#include "classes/cng/objects.hpp"

namespace rsl::cng {
namespace {

constexpr size_t kBlock = Aes::kBlockBytes;

struct CipherCall {
    Direction direction;
    const SymmetricKey& key;
    Bytes input;
    const void* padding_info;
    PUCHAR iv;
    ULONG iv_bytes;
    PUCHAR output;
    ULONG room;
    ULONG* result;
    bool pads;

    /// Says how much comes out; what to return unless it is now to be written.
    std::optional<NTSTATUS> announce(size_t bytes) const {
        *result = static_cast<ULONG>(bytes);
        if (output == nullptr) return STATUS_SUCCESS;
        if (room < bytes) return STATUS_BUFFER_TOO_SMALL;
        return std::nullopt;
    }
    void run(uint8_t* with_iv, const uint8_t* in, uint8_t* out, size_t bytes) const {
        run_cipher(key.aes, key.mode, direction, with_iv, key.segment_bytes, in, out, bytes);
    }
};

NTSTATUS run_authenticated(const CipherCall& call) {
    const auto* info = static_cast<const BCRYPT_AUTHENTICATED_CIPHER_MODE_INFO*>(call.padding_info);
    if (info == nullptr || info->cbSize != sizeof(*info) || call.pads)
        return STATUS_INVALID_PARAMETER;
    if (info->dwInfoVersion != BCRYPT_AUTHENTICATED_CIPHER_MODE_INFO_VERSION)
        return STATUS_INVALID_PARAMETER;
    if (info->dwFlags != 0) return STATUS_NOT_SUPPORTED;  // data in pieces
    if (info->pbNonce == nullptr || info->cbNonce != kGcmNonceBytes)
        return STATUS_INVALID_PARAMETER;
    if (info->pbTag == nullptr || info->cbTag < 12 || info->cbTag > kGcmTagBytes)
        return STATUS_INVALID_PARAMETER;
    if (!has_bytes(info->pbAuthData, info->cbAuthData)) return STATUS_INVALID_PARAMETER;
    // Without data there is a tag all the same, so no output is no question then.
    const auto early = call.announce(call.input.size());
    if (early && !call.input.empty()) return *early;
    uint8_t tag[kGcmTagBytes];
    run_gcm(call.key.aes, call.direction, info->pbNonce, {info->pbAuthData, info->cbAuthData},
            call.input.data(), call.output, call.input.size(), tag);
    if (call.direction == Direction::kEncrypt) {
        std::memcpy(info->pbTag, tag, info->cbTag);
        return STATUS_SUCCESS;
    }
    if (equal_secrets(tag, info->pbTag, info->cbTag)) return STATUS_SUCCESS;
    if (!call.input.empty()) wipe(call.output, call.input.size());
    return STATUS_AUTH_TAG_MISMATCH;
}

NTSTATUS encrypt_padded(const CipherCall& call, uint8_t* iv) {
    const size_t held = call.input.size() % kBlock, whole = call.input.size() - held;
    if (const auto early = call.announce(whole + kBlock)) return *early;
    uint8_t last[kBlock];
    if (held != 0) std::memcpy(last, call.input.data() + whole, held);
    pad_block(last, held);
    call.run(iv, call.input.data(), call.output, whole);
    call.run(iv, last, call.output + whole, kBlock);
    wipe(last, sizeof(last));
    return STATUS_SUCCESS;
}

/// The last block comes first: it tells how much room is needed.
NTSTATUS decrypt_padded(const CipherCall& call, uint8_t* iv) {
    if (call.input.empty()) return STATUS_INVALID_BUFFER_SIZE;
    const size_t whole = call.input.size() - kBlock;
    if (call.output == nullptr) return *call.announce(call.input.size());
    uint8_t last[kBlock], last_iv[kBlock];
    std::memcpy(last_iv, whole == 0 ? iv : call.input.data() + whole - kBlock, kBlock);
    call.run(last_iv, call.input.data() + whole, last, kBlock);
    const auto held = unpadded_bytes(last);
    NTSTATUS status = STATUS_DATA_ERROR;
    if (held) {
        const auto early = call.announce(whole + *held);
        status = early.value_or(STATUS_SUCCESS);
        if (!early) {
            call.run(iv, call.input.data(), call.output, whole);
            std::memcpy(call.output + whole, last, *held);
            std::memcpy(iv, last_iv, kBlock);
        }
    }
    wipe(last, sizeof(last));
    return status;
}

NTSTATUS run_blocks(const CipherCall& call) {
    const CipherMode mode = call.key.mode;
    if (call.padding_info != nullptr) return STATUS_INVALID_PARAMETER;
    if (call.pads && mode == CipherMode::kCfb) return STATUS_NOT_SUPPORTED;
    const bool takes_iv = mode != CipherMode::kEcb && call.iv != nullptr;
    if (takes_iv && call.iv_bytes != kBlock) return STATUS_INVALID_PARAMETER;
    const size_t unit = mode == CipherMode::kCfb ? call.key.segment_bytes : kBlock;
    const bool any_size = call.pads && call.direction == Direction::kEncrypt;
    if (!any_size && call.input.size() % unit != 0) return STATUS_INVALID_BUFFER_SIZE;
    uint8_t iv[kBlock];  // the caller's is written once all went well
    std::memcpy(iv, takes_iv ? call.iv : call.key.iv, kBlock);
    NTSTATUS status;
    if (call.pads) {
        status = call.direction == Direction::kEncrypt ? encrypt_padded(call, iv)
                                                       : decrypt_padded(call, iv);
    } else if (const auto early = call.announce(call.input.size())) {
        status = *early;
    } else {
        call.run(iv, call.input.data(), call.output, call.input.size());
        status = STATUS_SUCCESS;
    }
    if (takes_iv && call.output != nullptr && NT_SUCCESS(status)) std::memcpy(call.iv, iv, kBlock);
    return status;
}

NTSTATUS start(Direction direction, BCRYPT_KEY_HANDLE handle, Bytes input, const void* padding_info,
               PUCHAR iv, ULONG iv_bytes, PUCHAR output, ULONG room, ULONG* result, ULONG flags) {
    const auto* key = object_of<SymmetricKey>(handle);
    if (key == nullptr)
        return object_of<PublicKey>(handle) != nullptr ? STATUS_NOT_SUPPORTED
                                                       : STATUS_INVALID_HANDLE;
    if (result == nullptr || !has_bytes(input.data(), static_cast<ULONG>(input.size())))
        return STATUS_INVALID_PARAMETER;
    if ((flags & ~static_cast<ULONG>(BCRYPT_BLOCK_PADDING)) != 0) return STATUS_INVALID_PARAMETER;
    const bool pads = flags != 0;
    if (input.size() > 0xFFFFFFFF - kBlock)
        return STATUS_INVALID_PARAMETER;  // the result's size has 32 bits
    const CipherCall call{direction, *key,   input, padding_info, iv,
                          iv_bytes,  output, room,  result,       pads};
    return key->mode == CipherMode::kGcm ? run_authenticated(call) : run_blocks(call);
}

}  // namespace
}  // namespace rsl::cng

using namespace rsl::cng;

/// BCryptEncrypt (bcrypt.h) encrypts with a symmetric key, in its chaining mode. pbIV, if given,
/// becomes the next IV.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_BUFFER_TOO_SMALL, STATUS_INVALID_BUFFER_SIZE,
///   STATUS_INVALID_HANDLE,
///            STATUS_INVALID_PARAMETER, STATUS_NOT_SUPPORTED
///   Source   learn.microsoft.com/windows/win32/api/bcrypt/nf-bcrypt-bcryptencrypt
///   Differs  no RSA, no CCM, no GCM of data in pieces
RSL_EXPORT NTSTATUS NTAPI BCryptEncrypt(BCRYPT_KEY_HANDLE hKey, PUCHAR pbInput, ULONG cbInput,
                                        PVOID pPaddingInfo, PUCHAR pbIV, ULONG cbIV,
                                        PUCHAR pbOutput, ULONG cbOutput, ULONG* pcbResult,
                                        ULONG dwFlags) {
    return start(Direction::kEncrypt, hKey, {pbInput, cbInput}, pPaddingInfo, pbIV, cbIV, pbOutput,
                 cbOutput, pcbResult, dwFlags);
}

/// BCryptDecrypt (bcrypt.h) is the way back.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  as BCryptEncrypt; STATUS_AUTH_TAG_MISMATCH; STATUS_DATA_ERROR for what is no padding
///   Source   learn.microsoft.com/windows/win32/api/bcrypt/nf-bcrypt-bcryptdecrypt
///   Differs  as BCryptEncrypt
RSL_EXPORT NTSTATUS NTAPI BCryptDecrypt(BCRYPT_KEY_HANDLE hKey, PUCHAR pbInput, ULONG cbInput,
                                        PVOID pPaddingInfo, PUCHAR pbIV, ULONG cbIV,
                                        PUCHAR pbOutput, ULONG cbOutput, ULONG* pcbResult,
                                        ULONG dwFlags) {
    return start(Direction::kDecrypt, hKey, {pbInput, cbInput}, pPaddingInfo, pbIV, cbIV, pbOutput,
                 cbOutput, pcbResult, dwFlags);
}
