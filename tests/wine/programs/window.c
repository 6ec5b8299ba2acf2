// SPDX-License-Identifier: GPL-2.0-only
// A Windows program with a window that talks to its driver: sends the text of its edit field to the echo driver and shows
// what came back, in green when it is the same text, in red when not.
//     window               runs until it is closed
//     window --seconds N   closes itself then, if nobody else does
//     window --press       presses the Send button of the one that runs
//     window --close       closes it
// Exit code 0: the driver's answer was right whenever it was asked, or the other window was found.
#include <stdlib.h>

#include "check.h"

#define ECHO_CODE 0x222000
#define ID_TEXT 100
#define ID_SEND 101
#define PATIENCE_MS 20000
static const char ClassName[] = "RslEchoWindow";

#define COLOR_ASKED_NOTHING RGB(0xD8, 0xDC, 0xE4)
#define COLOR_RIGHT RGB(0x20, 0xA0, 0x50)
#define COLOR_WRONG RGB(0xC0, 0x30, 0x30)

static HANDLE Device;
static HWND Text;
static char Answer[128] = "not asked yet";
static COLORREF AnswerColor = COLOR_ASKED_NOTHING;
static int Wrong;
static const RECT AnswerArea = {16, 96, 384, 144};

static void AskDriver(HWND Window) {
    char sent[sizeof(Answer)], got[sizeof(Answer)] = "";
    DWORD bytes = 0;
    GetWindowTextA(Text, sent, sizeof(sent));
    if (!DeviceIoControl(Device, ECHO_CODE, sent, (DWORD)strlen(sent) + 1, got, sizeof(got), &bytes, NULL)) {
        snprintf(Answer, sizeof(Answer), "error %lu", GetLastError());
        AnswerColor = COLOR_WRONG;
    } else {
        memcpy(Answer, got, sizeof(got));
        Answer[sizeof(Answer) - 1] = 0;
        AnswerColor = bytes == strlen(sent) + 1 && strcmp(sent, got) == 0 ? COLOR_RIGHT : COLOR_WRONG;
    }
    Wrong |= AnswerColor == COLOR_WRONG;
    InvalidateRect(Window, NULL, TRUE);
}

static void Paint(HWND Window) {
    PAINTSTRUCT paint;
    HDC dc = BeginPaint(Window, &paint);
    HBRUSH brush = CreateSolidBrush(AnswerColor);
    RECT area = AnswerArea;
    SetBkMode(dc, TRANSPARENT);
    TextOutA(dc, 16, 16, "Text for echo.sys, which runs in RSL:", 37);
    TextOutA(dc, 16, 76, "What the driver answered:", 25);
    FillRect(dc, &area, brush);
    SetTextColor(dc, AnswerColor == COLOR_ASKED_NOTHING ? RGB(0, 0, 0) : RGB(0xFF, 0xFF, 0xFF));
    area.left += 12;
    DrawTextA(dc, Answer, -1, &area, DT_SINGLELINE | DT_VCENTER | DT_NOPREFIX);
    DeleteObject(brush);
    EndPaint(Window, &paint);
}

static LRESULT CALLBACK Handle(HWND Window, UINT Message, WPARAM W, LPARAM L) {
    switch (Message) {
        case WM_COMMAND:
            if (LOWORD(W) == ID_SEND) AskDriver(Window);
            return 0;
        case WM_TIMER:
            DestroyWindow(Window);
            return 0;
        case WM_PAINT:
            Paint(Window);
            return 0;
        case WM_DESTROY:
            PostQuitMessage(Wrong);
            return 0;
        default:
            return DefWindowProcA(Window, Message, W, L);
    }
}

static int RunWindow(UINT Seconds) {
    WNDCLASSA class = {.lpfnWndProc = Handle, .hInstance = GetModuleHandleA(NULL), .hCursor = LoadCursorA(NULL, (LPCSTR)IDC_ARROW),
                       .hbrBackground = (HBRUSH)(COLOR_WINDOW + 1), .lpszClassName = ClassName};
    SC_HANDLE service = StartDriver("echo", "C:\\drivers\\echo.sys");
    RECT size = {0, 0, 400, 160};
    HWND window;
    MSG message;
    Device = CreateFileA("\\\\.\\Echo", GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);
    if (service == NULL || !IsHandle(Device)) return 2;
    RegisterClassA(&class);
    AdjustWindowRect(&size, WS_OVERLAPPEDWINDOW, FALSE);
    window = CreateWindowA(ClassName, "RSL", WS_OVERLAPPEDWINDOW, 20, 20, size.right - size.left, size.bottom - size.top, NULL, NULL,
                           class.hInstance, NULL);
    Text = CreateWindowA("EDIT", "Hello, Windows driver", WS_CHILD | WS_VISIBLE | WS_BORDER | ES_AUTOHSCROLL, 16, 38, 270, 26, window,
                         (HMENU)ID_TEXT, class.hInstance, NULL);
    CreateWindowA("BUTTON", "Send", WS_CHILD | WS_VISIBLE | BS_PUSHBUTTON, 298, 38, 86, 26, window, (HMENU)ID_SEND, class.hInstance, NULL);
    if (window == NULL || Text == NULL) return 3;
    if (Seconds != 0) SetTimer(window, 1, Seconds * 1000, NULL);
    ShowWindow(window, SW_SHOW);
    while (GetMessageA(&message, NULL, 0, 0) > 0) {
        TranslateMessage(&message);
        DispatchMessageA(&message);
    }
    CloseHandle(Device);
    RemoveDriver(service);
    return (int)message.wParam;
}

/* The window of the other, once it is there. */
static HWND FindOther(void) {
    DWORD until = GetTickCount() + PATIENCE_MS;
    HWND window = FindWindowA(ClassName, NULL);
    while (window == NULL && (int)(until - GetTickCount()) > 0) {
        Sleep(5);
        window = FindWindowA(ClassName, NULL);
    }
    return window;
}

int main(int Count, char** Arguments) {
    HWND other;
    if (Count < 2) return RunWindow(0);
    if (Count == 3 && strcmp(Arguments[1], "--seconds") == 0) return RunWindow((UINT)atoi(Arguments[2]));
    other = FindOther();
    if (other == NULL) return 4;
    if (strcmp(Arguments[1], "--press") == 0) return !PostMessageA(GetDlgItem(other, ID_SEND), BM_CLICK, 0, 0);
    if (strcmp(Arguments[1], "--close") == 0) return !PostMessageA(other, WM_CLOSE, 0, 0);
    return 5;
}
