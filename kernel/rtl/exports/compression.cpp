// SPDX-License-Identifier: GPL-2.0-only
// Compression of buffers: LZNT1, and Xpress without Huffman codes.
//   IRQL     <= APC_LEVEL
//   Returns  STATUS_SUCCESS, STATUS_BUFFER_ALL_ZEROS, STATUS_BUFFER_TOO_SMALL,
//   STATUS_BAD_COMPRESSION_BUFFER;
//            STATUS_INVALID_PARAMETER (no format, the default format),
//            STATUS_UNSUPPORTED_COMPRESSION (another format), STATUS_NOT_SUPPORTED (another engine)
//   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-NAME (in lower case)
//   Differs  no Xpress with Huffman codes: STATUS_UNSUPPORTED_COMPRESSION
#include "abi/functions/rtl_file.h"
#include "abi/types/status.h"
#include "kernel/ke/irql.hpp"
#include "kernel/rtl/lznt1.hpp"
#include "kernel/rtl/xpress.hpp"

namespace {

namespace lznt1 = rsl::rtl::lznt1;
namespace xpress = rsl::rtl::xpress;

NTSTATUS check_format(USHORT format_and_engine) {
    const unsigned format = format_and_engine & 0x00FF;
    if (format == COMPRESSION_FORMAT_NONE || format == COMPRESSION_FORMAT_DEFAULT)
        return STATUS_INVALID_PARAMETER;
    const bool known = format == COMPRESSION_FORMAT_LZNT1 || format == COMPRESSION_FORMAT_XPRESS;
    return known ? STATUS_SUCCESS : STATUS_UNSUPPORTED_COMPRESSION;
}
NTSTATUS check_engine(USHORT format_and_engine) {
    const unsigned engine = format_and_engine & 0xFF00;
    return engine == COMPRESSION_ENGINE_STANDARD || engine == COMPRESSION_ENGINE_MAXIMUM
               ? STATUS_SUCCESS
               : STATUS_NOT_SUPPORTED;
}

bool all_zero(const UCHAR* bytes, ULONG count) {
    for (ULONG i = 0; i < count; ++i) {
        if (bytes[i] != 0) return false;
    }
    return true;
}

bool is_xpress(USHORT format_and_engine) {
    return (format_and_engine & 0x00FF) == COMPRESSION_FORMAT_XPRESS;
}

template <typename Result>
NTSTATUS finish(const Result& result, PULONG final_bytes) {
    if (result.outcome != decltype(result.outcome)::kGood) return STATUS_BAD_COMPRESSION_BUFFER;
    *final_bytes = static_cast<ULONG>(result.bytes);
    return STATUS_SUCCESS;
}

}  // namespace

RSL_EXPORT NTSTATUS NTAPI RtlGetCompressionWorkSpaceSize(USHORT CompressionFormatAndEngine,
                                                         PULONG CompressBufferWorkSpaceSize,
                                                         PULONG CompressFragmentWorkSpaceSize) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    NTSTATUS status = check_format(CompressionFormatAndEngine);
    if (status == STATUS_SUCCESS) status = check_engine(CompressionFormatAndEngine);
    if (status != STATUS_SUCCESS) return status;
    *CompressBufferWorkSpaceSize = is_xpress(CompressionFormatAndEngine) ? sizeof(xpress::Workspace)
                                                                         : sizeof(lznt1::Workspace);
    *CompressFragmentWorkSpaceSize = lznt1::kChunkBytes;
    return STATUS_SUCCESS;
}

RSL_EXPORT NTSTATUS NTAPI RtlCompressBuffer(USHORT CompressionFormatAndEngine,
                                            PUCHAR UncompressedBuffer, ULONG UncompressedBufferSize,
                                            PUCHAR CompressedBuffer, ULONG CompressedBufferSize,
                                            ULONG UncompressedChunkSize, PULONG FinalCompressedSize,
                                            PVOID WorkSpace) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    NTSTATUS status = check_format(CompressionFormatAndEngine);
    if (status == STATUS_SUCCESS) status = check_engine(CompressionFormatAndEngine);
    if (status != STATUS_SUCCESS) return status;
    const bool maximum = (CompressionFormatAndEngine & 0xFF00) == COMPRESSION_ENGINE_MAXIMUM;
    const std::span<const uint8_t> data{UncompressedBuffer, UncompressedBufferSize};
    const std::span<uint8_t> out{CompressedBuffer, CompressedBufferSize};
    NTSTATUS outcome;
    if (is_xpress(CompressionFormatAndEngine)) {
        constexpr unsigned kStandardTries = 16, kMaximumTries = xpress::kReach;
        outcome = finish(xpress::compress(data, out, *static_cast<xpress::Workspace*>(WorkSpace),
                                          maximum ? kMaximumTries : kStandardTries),
                         FinalCompressedSize);
    } else {
        outcome =
            finish(lznt1::compress(data, out, *static_cast<lznt1::Workspace*>(WorkSpace),
                                   maximum ? lznt1::Effort::kMaximum : lznt1::Effort::kStandard),
                   FinalCompressedSize);
    }
    if (outcome != STATUS_SUCCESS) return STATUS_BUFFER_TOO_SMALL;
    return all_zero(UncompressedBuffer, UncompressedBufferSize) ? STATUS_BUFFER_ALL_ZEROS
                                                                : STATUS_SUCCESS;
}

RSL_EXPORT NTSTATUS NTAPI RtlDecompressBuffer(USHORT CompressionFormat, PUCHAR UncompressedBuffer,
                                              ULONG UncompressedBufferSize, PUCHAR CompressedBuffer,
                                              ULONG CompressedBufferSize,
                                              PULONG FinalUncompressedSize) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    const NTSTATUS status = check_format(CompressionFormat);
    if (status != STATUS_SUCCESS) return status;
    const std::span<const uint8_t> packed{CompressedBuffer, CompressedBufferSize};
    const std::span<uint8_t> out{UncompressedBuffer, UncompressedBufferSize};
    if (is_xpress(CompressionFormat))
        return finish(xpress::decompress(packed, out), FinalUncompressedSize);
    return finish(lznt1::decompress(packed, out), FinalUncompressedSize);
}
RSL_EXPORT NTSTATUS NTAPI RtlDecompressBufferEx(USHORT CompressionFormat, PUCHAR UncompressedBuffer,
                                                ULONG UncompressedBufferSize,
                                                PUCHAR CompressedBuffer, ULONG CompressedBufferSize,
                                                PULONG FinalUncompressedSize, PVOID) {
    return RtlDecompressBuffer(CompressionFormat, UncompressedBuffer, UncompressedBufferSize,
                               CompressedBuffer, CompressedBufferSize, FinalUncompressedSize);
}

/// RtlDecompressFragment unpacks a part, from FragmentOffset of the original on.
RSL_EXPORT NTSTATUS NTAPI RtlDecompressFragment(USHORT CompressionFormat,
                                                PUCHAR UncompressedFragment,
                                                ULONG UncompressedFragmentSize,
                                                PUCHAR CompressedBuffer, ULONG CompressedBufferSize,
                                                ULONG FragmentOffset, PULONG FinalUncompressedSize,
                                                PVOID WorkSpace) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    const NTSTATUS status = check_format(CompressionFormat);
    if (status != STATUS_SUCCESS) return status;
    if (is_xpress(CompressionFormat)) return STATUS_UNSUPPORTED_COMPRESSION;  // whole buffers only
    const std::span<uint8_t, lznt1::kChunkBytes> chunk{static_cast<uint8_t*>(WorkSpace),
                                                       lznt1::kChunkBytes};
    return finish(lznt1::decompress_part({CompressedBuffer, CompressedBufferSize}, FragmentOffset,
                                         {UncompressedFragment, UncompressedFragmentSize}, chunk),
                  FinalUncompressedSize);
}
