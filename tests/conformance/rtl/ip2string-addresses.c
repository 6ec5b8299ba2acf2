/* SPDX-License-Identifier: GPL-2.0-only */
/* Network addresses as text:
 * learn.microsoft.com/windows/win32/api/ip2string/nf-ip2string-rtlipv4addresstostringa and its
 * family, which the kernel exports too. */
#include "conformance.h"

typedef struct {
    UCHAR Byte[4];
} IPV4;
typedef struct {
    UCHAR Byte[16];
} IPV6;
typedef struct {
    UCHAR Byte[6];
} ETHERNET;
NTSYSAPI PSTR NTAPI RtlIpv4AddressToStringA(const IPV4* Addr, PSTR S);
NTSYSAPI NTSTATUS NTAPI RtlIpv4AddressToStringExA(const IPV4* Address, USHORT Port,
                                                  PSTR AddressString, PULONG AddressStringLength);
NTSYSAPI NTSTATUS NTAPI RtlIpv4StringToAddressA(const CHAR* S, BOOLEAN Strict,
                                                const CHAR** Terminator, IPV4* Addr);
NTSYSAPI NTSTATUS NTAPI RtlIpv4StringToAddressExA(const CHAR* AddressString, BOOLEAN Strict,
                                                  IPV4* Address, PUSHORT Port);
NTSYSAPI PSTR NTAPI RtlIpv6AddressToStringA(const IPV6* Addr, PSTR S);
NTSYSAPI NTSTATUS NTAPI RtlIpv6AddressToStringExA(const IPV6* Address, ULONG ScopeId, USHORT Port,
                                                  PSTR AddressString, PULONG AddressStringLength);
NTSYSAPI NTSTATUS NTAPI RtlIpv6StringToAddressA(const CHAR* S, const CHAR** Terminator, IPV6* Addr);
NTSYSAPI NTSTATUS NTAPI RtlIpv6StringToAddressExA(const CHAR* AddressString, IPV6* Address,
                                                  PULONG ScopeId, PUSHORT Port);
NTSYSAPI PSTR NTAPI RtlEthernetAddressToStringA(const ETHERNET* Addr, PSTR S);
NTSYSAPI NTSTATUS NTAPI RtlEthernetStringToAddressA(const CHAR* S, const CHAR** Terminator,
                                                    ETHERNET* Addr);
NTSYSAPI PWSTR NTAPI RtlIpv4AddressToStringW(const IPV4* Addr, PWSTR S);
NTSYSAPI NTSTATUS NTAPI RtlIpv4AddressToStringExW(const IPV4* Address, USHORT Port,
                                                  PWSTR AddressString, PULONG AddressStringLength);
NTSYSAPI NTSTATUS NTAPI RtlIpv4StringToAddressW(const WCHAR* S, BOOLEAN Strict,
                                                const WCHAR** Terminator, IPV4* Addr);
NTSYSAPI NTSTATUS NTAPI RtlIpv4StringToAddressExW(const WCHAR* AddressString, BOOLEAN Strict,
                                                  IPV4* Address, PUSHORT Port);
NTSYSAPI PWSTR NTAPI RtlIpv6AddressToStringW(const IPV6* Addr, PWSTR S);
NTSYSAPI NTSTATUS NTAPI RtlIpv6AddressToStringExW(const IPV6* Address, ULONG ScopeId, USHORT Port,
                                                  PWSTR AddressString, PULONG AddressStringLength);
NTSYSAPI NTSTATUS NTAPI RtlIpv6StringToAddressW(const WCHAR* S, const WCHAR** Terminator,
                                                IPV6* Addr);
NTSYSAPI NTSTATUS NTAPI RtlIpv6StringToAddressExW(const WCHAR* AddressString, IPV6* Address,
                                                  PULONG ScopeId, PUSHORT Port);
NTSYSAPI PWSTR NTAPI RtlEthernetAddressToStringW(const ETHERNET* Addr, PWSTR S);
NTSYSAPI NTSTATUS NTAPI RtlEthernetStringToAddressW(const WCHAR* S, const WCHAR** Terminator,
                                                    ETHERNET* Addr);

static const IPV4 Four = {{192, 168, 7, 255}};
static const IPV6 Six = {{0x20, 0x01, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x1A}};
static const ETHERNET Ether = {{0x00, 0x1B, 0x63, 0x84, 0x45, 0xE6}};
static const IPV6 Mapped = {{[10] = 0xFF, 0xFF, 1, 2, 3, 4}};
static const IPV6 Loopback = {{[15] = 1}};

CONFORMANCE(RtlIpv4AddressToStringA, WritesAndReturnsTheEnd) {
    CHAR text[16];
    CHECK_EQ(RtlIpv4AddressToStringA(&Four, text), text + 13);
    CHECK_BYTES(text, "192.168.7.255", 14 * sizeof(CHAR));
}

CONFORMANCE(RtlIpv4AddressToStringExA, WritesThePortAndCounts) {
    CHAR text[32];
    ULONG length = 32;
    CHECK_STATUS(RtlIpv4AddressToStringExA(&Four, 0x5000, text, &length), STATUS_SUCCESS);
    CHECK_BYTES(text, "192.168.7.255:80", 17 * sizeof(CHAR));
    CHECK_EQ(length, 17);
    CHECK_STATUS(RtlIpv4AddressToStringExA(&Four, 0, text, &length), STATUS_SUCCESS);
    CHECK_BYTES(text, "192.168.7.255", 14 * sizeof(CHAR));
    length = 5;
    CHECK_STATUS(RtlIpv4AddressToStringExA(&Four, 0, text, &length), STATUS_INVALID_PARAMETER);
    CHECK_EQ(length, 14);
}

CONFORMANCE(RtlIpv4StringToAddressA, ReadsStrictlyOrNot) {
    static const CHAR text[] = "192.168.7.255/8", part[] = "0x7F.1";
    const CHAR* end = NULL;
    IPV4 address = {{0}};
    static const IPV4 local = {{127, 0, 0, 1}};
    CHECK_STATUS(RtlIpv4StringToAddressA(text, TRUE, &end, &address), STATUS_SUCCESS);
    CHECK_BYTES(&address, &Four, 4);
    CHECK_EQ(end, text + 13);
    CHECK_STATUS(RtlIpv4StringToAddressA(part, FALSE, &end, &address), STATUS_SUCCESS);
    CHECK_BYTES(&address, &local, 4);
    CHECK_STATUS(RtlIpv4StringToAddressA(part, TRUE, &end, &address), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(RtlIpv4StringToAddressA("1.2.3.256", TRUE, &end, &address),
                 STATUS_INVALID_PARAMETER);
    CHECK_STATUS(RtlIpv4StringToAddressA("x", FALSE, &end, &address), STATUS_INVALID_PARAMETER);
}

CONFORMANCE(RtlIpv4StringToAddressExA, ReadsThePort) {
    IPV4 address;
    USHORT port = 7;
    CHECK_STATUS(RtlIpv4StringToAddressExA("192.168.7.255:80", TRUE, &address, &port),
                 STATUS_SUCCESS);
    CHECK_BYTES(&address, &Four, 4);
    CHECK_EQ(port, 0x5000);
    CHECK_STATUS(RtlIpv4StringToAddressExA("192.168.7.255", TRUE, &address, &port), STATUS_SUCCESS);
    CHECK_STATUS(RtlIpv4StringToAddressExA("192.168.7.255:65536", TRUE, &address, &port),
                 STATUS_INVALID_PARAMETER);
    CHECK_STATUS(RtlIpv4StringToAddressExA("192.168.7.255 ", TRUE, &address, &port),
                 STATUS_INVALID_PARAMETER);
}

CONFORMANCE(RtlIpv6AddressToStringA, Compresses) {
    CHAR text[46];
    CHECK_EQ(RtlIpv6AddressToStringA(&Six, text), text + 12);
    CHECK_BYTES(text, "2001:db8::1a", 13 * sizeof(CHAR));
    RtlIpv6AddressToStringA(&Loopback, text);
    CHECK_BYTES(text, "::1", 4 * sizeof(CHAR));
    RtlIpv6AddressToStringA(&Mapped, text);
    CHECK_BYTES(text, "::ffff:1.2.3.4", 15 * sizeof(CHAR));
}

CONFORMANCE(RtlIpv6AddressToStringExA, WritesScopeAndPort) {
    CHAR text[65];
    ULONG length = 65;
    CHECK_STATUS(RtlIpv6AddressToStringExA(&Six, 3, 0x5000, text, &length), STATUS_SUCCESS);
    CHECK_BYTES(text, "[2001:db8::1a%3]:80", 20 * sizeof(CHAR));
    CHECK_EQ(length, 20);
    CHECK_STATUS(RtlIpv6AddressToStringExA(&Six, 0, 0, text, &length), STATUS_SUCCESS);
    CHECK_BYTES(text, "2001:db8::1a", 13 * sizeof(CHAR));
    length = 4;
    CHECK_STATUS(RtlIpv6AddressToStringExA(&Six, 0, 0, text, &length), STATUS_INVALID_PARAMETER);
}

CONFORMANCE(RtlIpv6StringToAddressA, ReadsEachForm) {
    static const CHAR text[] = "2001:0DB8::1a/64";
    static const IPV6 none = {{0}};
    const CHAR* end = NULL;
    IPV6 address;
    CHECK_STATUS(RtlIpv6StringToAddressA(text, &end, &address), STATUS_SUCCESS);
    CHECK_BYTES(&address, &Six, 16);
    CHECK_EQ(end, text + 13);
    CHECK_STATUS(RtlIpv6StringToAddressA("::ffff:1.2.3.4", &end, &address), STATUS_SUCCESS);
    CHECK_BYTES(&address, &Mapped, 16);
    CHECK_STATUS(RtlIpv6StringToAddressA("::", &end, &address), STATUS_SUCCESS);
    CHECK_BYTES(&address, &none, 16);
    CHECK_STATUS(RtlIpv6StringToAddressA("1:2:3", &end, &address), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(RtlIpv6StringToAddressA("g::1", &end, &address), STATUS_INVALID_PARAMETER);
}

CONFORMANCE(RtlIpv6StringToAddressExA, ReadsScopeAndPort) {
    IPV6 address;
    ULONG scope = 9;
    USHORT port = 9;
    CHECK_STATUS(RtlIpv6StringToAddressExA("[2001:db8::1a%3]:80", &address, &scope, &port),
                 STATUS_SUCCESS);
    CHECK_BYTES(&address, &Six, 16);
    CHECK_EQ(scope, 3);
    CHECK_EQ(port, 0x5000);
    CHECK_STATUS(RtlIpv6StringToAddressExA("2001:db8::1a", &address, &scope, &port),
                 STATUS_SUCCESS);
    CHECK_EQ(scope, 0);
    CHECK_EQ(port, 0);
    CHECK_STATUS(RtlIpv6StringToAddressExA("[2001:db8::1a", &address, &scope, &port),
                 STATUS_INVALID_PARAMETER);
}

CONFORMANCE(RtlEthernetAddressToStringA, WritesPairsAndReturnsTheEnd) {
    CHAR text[18];
    CHECK_EQ(RtlEthernetAddressToStringA(&Ether, text), text + 17);
    CHECK_BYTES(text, "00-1B-63-84-45-E6", 18 * sizeof(CHAR));
}

CONFORMANCE(RtlEthernetStringToAddressA, ReadsPairs) {
    static const CHAR text[] = "00-1b-63-84-45-E6 ";
    const CHAR* end = NULL;
    ETHERNET address;
    CHECK_STATUS(RtlEthernetStringToAddressA(text, &end, &address), STATUS_SUCCESS);
    CHECK_BYTES(&address, &Ether, 6);
    CHECK_EQ(end, text + 17);
    CHECK_STATUS(RtlEthernetStringToAddressA("00-1B-63-84-45", &end, &address),
                 STATUS_INVALID_PARAMETER);
    CHECK_STATUS(RtlEthernetStringToAddressA("00-1B-63-84-45-GG", &end, &address),
                 STATUS_INVALID_PARAMETER);
}

CONFORMANCE(RtlIpv4AddressToStringW, WritesAndReturnsTheEnd) {
    WCHAR text[16];
    CHECK_EQ(RtlIpv4AddressToStringW(&Four, text), text + 13);
    CHECK_BYTES(text, L"192.168.7.255", 14 * sizeof(WCHAR));
}

CONFORMANCE(RtlIpv4AddressToStringExW, WritesThePortAndCounts) {
    WCHAR text[32];
    ULONG length = 32;
    CHECK_STATUS(RtlIpv4AddressToStringExW(&Four, 0x5000, text, &length), STATUS_SUCCESS);
    CHECK_BYTES(text, L"192.168.7.255:80", 17 * sizeof(WCHAR));
    CHECK_EQ(length, 17);
    CHECK_STATUS(RtlIpv4AddressToStringExW(&Four, 0, text, &length), STATUS_SUCCESS);
    CHECK_BYTES(text, L"192.168.7.255", 14 * sizeof(WCHAR));
    length = 5;
    CHECK_STATUS(RtlIpv4AddressToStringExW(&Four, 0, text, &length), STATUS_INVALID_PARAMETER);
    CHECK_EQ(length, 14);
}

CONFORMANCE(RtlIpv4StringToAddressW, ReadsStrictlyOrNot) {
    static const WCHAR text[] = L"192.168.7.255/8", part[] = L"0x7F.1";
    const WCHAR* end = NULL;
    IPV4 address = {{0}};
    static const IPV4 local = {{127, 0, 0, 1}};
    CHECK_STATUS(RtlIpv4StringToAddressW(text, TRUE, &end, &address), STATUS_SUCCESS);
    CHECK_BYTES(&address, &Four, 4);
    CHECK_EQ(end, text + 13);
    CHECK_STATUS(RtlIpv4StringToAddressW(part, FALSE, &end, &address), STATUS_SUCCESS);
    CHECK_BYTES(&address, &local, 4);
    CHECK_STATUS(RtlIpv4StringToAddressW(part, TRUE, &end, &address), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(RtlIpv4StringToAddressW(L"1.2.3.256", TRUE, &end, &address),
                 STATUS_INVALID_PARAMETER);
    CHECK_STATUS(RtlIpv4StringToAddressW(L"x", FALSE, &end, &address), STATUS_INVALID_PARAMETER);
}

CONFORMANCE(RtlIpv4StringToAddressExW, ReadsThePort) {
    IPV4 address;
    USHORT port = 7;
    CHECK_STATUS(RtlIpv4StringToAddressExW(L"192.168.7.255:80", TRUE, &address, &port),
                 STATUS_SUCCESS);
    CHECK_BYTES(&address, &Four, 4);
    CHECK_EQ(port, 0x5000);
    CHECK_STATUS(RtlIpv4StringToAddressExW(L"192.168.7.255", TRUE, &address, &port),
                 STATUS_SUCCESS);
    CHECK_STATUS(RtlIpv4StringToAddressExW(L"192.168.7.255:65536", TRUE, &address, &port),
                 STATUS_INVALID_PARAMETER);
    CHECK_STATUS(RtlIpv4StringToAddressExW(L"192.168.7.255 ", TRUE, &address, &port),
                 STATUS_INVALID_PARAMETER);
}

CONFORMANCE(RtlIpv6AddressToStringW, Compresses) {
    WCHAR text[46];
    CHECK_EQ(RtlIpv6AddressToStringW(&Six, text), text + 12);
    CHECK_BYTES(text, L"2001:db8::1a", 13 * sizeof(WCHAR));
    RtlIpv6AddressToStringW(&Loopback, text);
    CHECK_BYTES(text, L"::1", 4 * sizeof(WCHAR));
    RtlIpv6AddressToStringW(&Mapped, text);
    CHECK_BYTES(text, L"::ffff:1.2.3.4", 15 * sizeof(WCHAR));
}

CONFORMANCE(RtlIpv6AddressToStringExW, WritesScopeAndPort) {
    WCHAR text[65];
    ULONG length = 65;
    CHECK_STATUS(RtlIpv6AddressToStringExW(&Six, 3, 0x5000, text, &length), STATUS_SUCCESS);
    CHECK_BYTES(text, L"[2001:db8::1a%3]:80", 20 * sizeof(WCHAR));
    CHECK_EQ(length, 20);
    CHECK_STATUS(RtlIpv6AddressToStringExW(&Six, 0, 0, text, &length), STATUS_SUCCESS);
    CHECK_BYTES(text, L"2001:db8::1a", 13 * sizeof(WCHAR));
    length = 4;
    CHECK_STATUS(RtlIpv6AddressToStringExW(&Six, 0, 0, text, &length), STATUS_INVALID_PARAMETER);
}

CONFORMANCE(RtlIpv6StringToAddressW, ReadsEachForm) {
    static const WCHAR text[] = L"2001:0DB8::1a/64";
    static const IPV6 none = {{0}};
    const WCHAR* end = NULL;
    IPV6 address;
    CHECK_STATUS(RtlIpv6StringToAddressW(text, &end, &address), STATUS_SUCCESS);
    CHECK_BYTES(&address, &Six, 16);
    CHECK_EQ(end, text + 13);
    CHECK_STATUS(RtlIpv6StringToAddressW(L"::ffff:1.2.3.4", &end, &address), STATUS_SUCCESS);
    CHECK_BYTES(&address, &Mapped, 16);
    CHECK_STATUS(RtlIpv6StringToAddressW(L"::", &end, &address), STATUS_SUCCESS);
    CHECK_BYTES(&address, &none, 16);
    CHECK_STATUS(RtlIpv6StringToAddressW(L"1:2:3", &end, &address), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(RtlIpv6StringToAddressW(L"g::1", &end, &address), STATUS_INVALID_PARAMETER);
}

CONFORMANCE(RtlIpv6StringToAddressExW, ReadsScopeAndPort) {
    IPV6 address;
    ULONG scope = 9;
    USHORT port = 9;
    CHECK_STATUS(RtlIpv6StringToAddressExW(L"[2001:db8::1a%3]:80", &address, &scope, &port),
                 STATUS_SUCCESS);
    CHECK_BYTES(&address, &Six, 16);
    CHECK_EQ(scope, 3);
    CHECK_EQ(port, 0x5000);
    CHECK_STATUS(RtlIpv6StringToAddressExW(L"2001:db8::1a", &address, &scope, &port),
                 STATUS_SUCCESS);
    CHECK_EQ(scope, 0);
    CHECK_EQ(port, 0);
    CHECK_STATUS(RtlIpv6StringToAddressExW(L"[2001:db8::1a", &address, &scope, &port),
                 STATUS_INVALID_PARAMETER);
}

CONFORMANCE(RtlEthernetAddressToStringW, WritesPairsAndReturnsTheEnd) {
    WCHAR text[18];
    CHECK_EQ(RtlEthernetAddressToStringW(&Ether, text), text + 17);
    CHECK_BYTES(text, L"00-1B-63-84-45-E6", 18 * sizeof(WCHAR));
}

CONFORMANCE(RtlEthernetStringToAddressW, ReadsPairs) {
    static const WCHAR text[] = L"00-1b-63-84-45-E6 ";
    const WCHAR* end = NULL;
    ETHERNET address;
    CHECK_STATUS(RtlEthernetStringToAddressW(text, &end, &address), STATUS_SUCCESS);
    CHECK_BYTES(&address, &Ether, 6);
    CHECK_EQ(end, text + 17);
    CHECK_STATUS(RtlEthernetStringToAddressW(L"00-1B-63-84-45", &end, &address),
                 STATUS_INVALID_PARAMETER);
    CHECK_STATUS(RtlEthernetStringToAddressW(L"00-1B-63-84-45-GG", &end, &address),
                 STATUS_INVALID_PARAMETER);
}
