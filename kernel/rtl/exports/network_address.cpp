// SPDX-License-Identifier: GPL-2.0-only
// Network addresses as text (ip2string.h, mstcpip.h). Each function has a narrow and a wide form.
//   IRQL     any, on resident memory
//   Returns  the writing forms: where the terminator is; Ex and reading forms: STATUS_SUCCESS,
//            STATUS_INVALID_PARAMETER
//   Source   learn.microsoft.com/windows/win32/api/ip2string/nf-ip2string-NAME (in lower case)
//   Differs  nothing known
#include "kernel/rtl/network_address.hpp"

#include "abi/functions/rtl_network.h"
#include "abi/types/status.h"

namespace {

namespace net = rsl::rtl::net;

constexpr size_t kLongest = 80;  // "[" IPv6 "%" scope "]:" port, and to spare

template <typename Char>
Char* finish(Char* end) {
    *end = 0;
    return end;
}
template <typename Char>
Char* bytes_to_text(Char* (*write)(Char*, const uint8_t*), const void* address, Char* text) {
    return finish(write(text, static_cast<const uint8_t*>(address)));
}

/// Hands `length` characters and a terminator to the caller, or says how many it takes.
template <typename Char>
NTSTATUS deliver(const Char* whole, size_t length, Char* text, PULONG capacity) {
    const auto needed = static_cast<ULONG>(length + 1);
    const bool fits = *capacity >= needed;
    *capacity = needed;
    if (!fits) return STATUS_INVALID_PARAMETER;
    for (size_t i = 0; i < length; ++i) text[i] = whole[i];
    text[length] = 0;
    return STATUS_SUCCESS;
}

template <typename Char>
NTSTATUS ipv4_to_text(const IN_ADDR* address, USHORT port, Char* text, PULONG length) {
    if (address == nullptr || text == nullptr || length == nullptr) return STATUS_INVALID_PARAMETER;
    Char whole[kLongest];
    Char* end = net::write_ipv4(whole, reinterpret_cast<const uint8_t*>(address));
    if (port != 0) {
        *end++ = ':';
        end = net::write_number(end, net::swap16(port));
    }
    return deliver(whole, static_cast<size_t>(end - whole), text, length);
}
template <typename Char>
NTSTATUS ipv6_to_text(const IN6_ADDR* address, ULONG scope, USHORT port, Char* text,
                      PULONG length) {
    if (address == nullptr || text == nullptr || length == nullptr) return STATUS_INVALID_PARAMETER;
    Char whole[kLongest];
    Char* end = whole;
    if (port != 0) *end++ = '[';
    end = net::write_ipv6(end, reinterpret_cast<const uint8_t*>(address));
    if (scope != 0) {
        *end++ = '%';
        end = net::write_number(end, scope);
    }
    if (port != 0) {
        *end++ = ']';
        *end++ = ':';
        end = net::write_number(end, net::swap16(port));
    }
    return deliver(whole, static_cast<size_t>(end - whole), text, length);
}

template <typename Char>
NTSTATUS outcome(const net::Read<Char>& read, const Char** terminator) {
    *terminator = read.end;
    return read.good ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
}

/// "ADDRESS" or "ADDRESS:PORT" to the end of the text.
template <typename Char>
NTSTATUS text_to_ipv4(const Char* text, BOOLEAN strict, IN_ADDR* address, PUSHORT port) {
    if (text == nullptr || address == nullptr || port == nullptr) return STATUS_INVALID_PARAMETER;
    const auto read = net::read_ipv4(text, strict != 0, reinterpret_cast<uint8_t*>(address));
    uint32_t number = 0;
    if (!read.good) return STATUS_INVALID_PARAMETER;
    if (*read.end == ':') {
        if (!net::read_tail(read.end + 1, 0xFFFF, Char{0}, number).good)
            return STATUS_INVALID_PARAMETER;
    } else if (*read.end != 0) {
        return STATUS_INVALID_PARAMETER;
    }
    *port = net::swap16(static_cast<uint16_t>(number));
    return STATUS_SUCCESS;
}

/// "ADDRESS", "ADDRESS%SCOPE", "[ADDRESS]", "[ADDRESS%SCOPE]:PORT" to the end of the text.
template <typename Char>
NTSTATUS text_to_ipv6(const Char* text, IN6_ADDR* address, PULONG scope, PUSHORT port) {
    if (text == nullptr || address == nullptr || scope == nullptr || port == nullptr)
        return STATUS_INVALID_PARAMETER;
    const bool bracket = *text == '[';
    auto read = net::read_ipv6(text + bracket, reinterpret_cast<uint8_t*>(address));
    uint32_t scope_number = 0, port_number = 0;
    if (!read.good) return STATUS_INVALID_PARAMETER;
    const Char* at = read.end;
    if (*at == '%') {
        read =
            net::read_tail(at + 1, 0xFFFFFFFF, static_cast<Char>(bracket ? ']' : 0), scope_number);
        if (!read.good) return STATUS_INVALID_PARAMETER;
        at = read.end;
    }
    if (bracket) {
        if (*at++ != ']') return STATUS_INVALID_PARAMETER;
        if (*at == ':') {
            read = net::read_tail(at + 1, 0xFFFF, Char{0}, port_number);
            if (!read.good) return STATUS_INVALID_PARAMETER;
            at = read.end;
        }
    }
    if (*at != 0) return STATUS_INVALID_PARAMETER;
    *scope = scope_number;
    *port = net::swap16(static_cast<uint16_t>(port_number));
    return STATUS_SUCCESS;
}

}  // namespace

// ---- IPv4
RSL_EXPORT PSTR NTAPI RtlIpv4AddressToStringA(const IN_ADDR* Addr, PSTR S) {
    return bytes_to_text(net::write_ipv4<char>, Addr, S);
}
RSL_EXPORT PWSTR NTAPI RtlIpv4AddressToStringW(const IN_ADDR* Addr, PWSTR S) {
    return bytes_to_text(net::write_ipv4<WCHAR>, Addr, S);
}
RSL_EXPORT NTSTATUS NTAPI RtlIpv4AddressToStringExA(const IN_ADDR* Address, USHORT Port,
                                                    PSTR AddressString,
                                                    PULONG AddressStringLength) {
    return ipv4_to_text(Address, Port, AddressString, AddressStringLength);
}
RSL_EXPORT NTSTATUS NTAPI RtlIpv4AddressToStringExW(const IN_ADDR* Address, USHORT Port,
                                                    PWSTR AddressString,
                                                    PULONG AddressStringLength) {
    return ipv4_to_text(Address, Port, AddressString, AddressStringLength);
}
RSL_EXPORT NTSTATUS NTAPI RtlIpv4StringToAddressA(PCSTR S, BOOLEAN Strict, PCSTR* Terminator,
                                                  IN_ADDR* Addr) {
    return outcome(net::read_ipv4(S, Strict != 0, reinterpret_cast<uint8_t*>(Addr)), Terminator);
}
RSL_EXPORT NTSTATUS NTAPI RtlIpv4StringToAddressW(PCWSTR S, BOOLEAN Strict, PCWSTR* Terminator,
                                                  IN_ADDR* Addr) {
    return outcome(net::read_ipv4(S, Strict != 0, reinterpret_cast<uint8_t*>(Addr)), Terminator);
}
RSL_EXPORT NTSTATUS NTAPI RtlIpv4StringToAddressExA(PCSTR AddressString, BOOLEAN Strict,
                                                    IN_ADDR* Address, PUSHORT Port) {
    return text_to_ipv4(AddressString, Strict, Address, Port);
}
RSL_EXPORT NTSTATUS NTAPI RtlIpv4StringToAddressExW(PCWSTR AddressString, BOOLEAN Strict,
                                                    IN_ADDR* Address, PUSHORT Port) {
    return text_to_ipv4(AddressString, Strict, Address, Port);
}

// ---- IPv6
RSL_EXPORT PSTR NTAPI RtlIpv6AddressToStringA(const IN6_ADDR* Addr, PSTR S) {
    return bytes_to_text(net::write_ipv6<char>, Addr, S);
}
RSL_EXPORT PWSTR NTAPI RtlIpv6AddressToStringW(const IN6_ADDR* Addr, PWSTR S) {
    return bytes_to_text(net::write_ipv6<WCHAR>, Addr, S);
}
RSL_EXPORT NTSTATUS NTAPI RtlIpv6AddressToStringExA(const IN6_ADDR* Address, ULONG ScopeId,
                                                    USHORT Port, PSTR AddressString,
                                                    PULONG AddressStringLength) {
    return ipv6_to_text(Address, ScopeId, Port, AddressString, AddressStringLength);
}
RSL_EXPORT NTSTATUS NTAPI RtlIpv6AddressToStringExW(const IN6_ADDR* Address, ULONG ScopeId,
                                                    USHORT Port, PWSTR AddressString,
                                                    PULONG AddressStringLength) {
    return ipv6_to_text(Address, ScopeId, Port, AddressString, AddressStringLength);
}
RSL_EXPORT NTSTATUS NTAPI RtlIpv6StringToAddressA(PCSTR S, PCSTR* Terminator, IN6_ADDR* Addr) {
    return outcome(net::read_ipv6(S, reinterpret_cast<uint8_t*>(Addr)), Terminator);
}
RSL_EXPORT NTSTATUS NTAPI RtlIpv6StringToAddressW(PCWSTR S, PCWSTR* Terminator, IN6_ADDR* Addr) {
    return outcome(net::read_ipv6(S, reinterpret_cast<uint8_t*>(Addr)), Terminator);
}
RSL_EXPORT NTSTATUS NTAPI RtlIpv6StringToAddressExA(PCSTR AddressString, IN6_ADDR* Address,
                                                    PULONG ScopeId, PUSHORT Port) {
    return text_to_ipv6(AddressString, Address, ScopeId, Port);
}
RSL_EXPORT NTSTATUS NTAPI RtlIpv6StringToAddressExW(PCWSTR AddressString, IN6_ADDR* Address,
                                                    PULONG ScopeId, PUSHORT Port) {
    return text_to_ipv6(AddressString, Address, ScopeId, Port);
}

// ---- Ethernet
RSL_EXPORT PSTR NTAPI RtlEthernetAddressToStringA(const DL_EUI48* Addr, PSTR S) {
    return bytes_to_text(net::write_ethernet<char>, Addr, S);
}
RSL_EXPORT PWSTR NTAPI RtlEthernetAddressToStringW(const DL_EUI48* Addr, PWSTR S) {
    return bytes_to_text(net::write_ethernet<WCHAR>, Addr, S);
}
RSL_EXPORT NTSTATUS NTAPI RtlEthernetStringToAddressA(PCSTR S, PCSTR* Terminator, DL_EUI48* Addr) {
    return outcome(net::read_ethernet(S, reinterpret_cast<uint8_t*>(Addr)), Terminator);
}
RSL_EXPORT NTSTATUS NTAPI RtlEthernetStringToAddressW(PCWSTR S, PCWSTR* Terminator,
                                                      DL_EUI48* Addr) {
    return outcome(net::read_ethernet(S, reinterpret_cast<uint8_t*>(Addr)), Terminator);
}
