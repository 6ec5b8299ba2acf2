# SPDX-License-Identifier: GPL-2.0-only
# rsl_component() describes one folder. RSL_SIDE says what is being built: `guest` makes objects for
# the VM, `host` makes a library and its unit-test and fuzz programs.
#
#   rsl_component(kernel_ob KERNEL
#       SOURCES        namespace.cpp ...       both sides
#       GUEST_SOURCES  trap.S ...              the VM only
#       HOSTED_SOURCES fake_clock.cpp ...      host only
#       TESTS          namespace_test.cpp ...  both sides: a host program, and the VM's test kernel
#       HOSTED_TESTS   ...                     host only
#       GUEST_TESTS    ...                     VM only
#       FUZZ           namespace_fuzz.cpp ...  one host program each
#       DEPENDS        base abi ...)           components whose code the hosted build links
#
# KERNEL links the component into ntoskrnl.exe (and its tests into the test kernel); FREESTANDING
# compiles it for the guest without linking it into the kernel (drivers name it themselves);
# without either it is host only.

set(RSL_WARNINGS -Wall -Wextra -Werror -Wshadow -Wno-unused-parameter -Wno-missing-field-initializers
    -Werror=implicit-function-declaration -Werror=int-conversion)
set(RSL_FREESTANDING_FLAGS -ffreestanding -fms-extensions -mcx16 -mno-implicit-float -mno-avx -mno-mmx
    -mno-stack-arg-probe -fno-strict-aliasing
    -fasynchronous-unwind-tables)  # every kernel frame has .pdata: exceptions and stack traces go through it
set(RSL_FREESTANDING_CXX -fno-exceptions -fno-rtti -fno-threadsafe-statics)
# What every request runs through is compiled as one program: under TCG a call and its return cost some 20 ns, and a
# request makes a hundred of them. Imports of few instructions only, or the image grows by a third; what is on every request's
# road and called from few places says always_inline (docs/adr/0027-lto.md, guest.cmake).
set(RSL_WHOLE_PROGRAM $<$<COMPILE_LANGUAGE:CXX>:-flto=thin>)
set(RSL_THREAD_SAFETY -Wthread-safety -Wno-thread-safety-negative)

function(rsl_flags target)
    target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR}/generated)
    target_compile_options(${target} PRIVATE ${RSL_WARNINGS}
        $<$<COMPILE_LANGUAGE:CXX>:${RSL_THREAD_SAFETY}>)
    if(RSL_SIDE STREQUAL "guest")
        target_compile_options(${target} PRIVATE
            $<$<COMPILE_LANGUAGE:C,CXX>:${RSL_FREESTANDING_FLAGS}>
            $<$<COMPILE_LANGUAGE:CXX>:${RSL_FREESTANDING_CXX}>)
        target_compile_definitions(${target} PRIVATE RSL_GUEST=1)
    else()
        target_compile_definitions(${target} PRIVATE RSL_HOSTED=1)
    endif()
endfunction()

# Kernel-style components keep their dialect on the host too, so that tests see the same code.
function(rsl_hosted_dialect target)
    target_compile_options(${target} PRIVATE -fms-extensions -mcx16
        $<$<COMPILE_LANGUAGE:CXX>:-fno-exceptions>)
endfunction()

function(rsl_component name)
    cmake_parse_arguments(C "KERNEL;FREESTANDING" ""
        "SOURCES;GUEST_SOURCES;HOSTED_SOURCES;TESTS;HOSTED_TESTS;GUEST_TESTS;FUZZ;DEPENDS;LIBRARIES" ${ARGN})
    if(C_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "rsl_component(${name}): unknown arguments ${C_UNPARSED_ARGUMENTS}")
    endif()
    if(RSL_SIDE STREQUAL "guest")
        if(NOT C_KERNEL AND NOT C_FREESTANDING)
            return()
        endif()
        if(C_SOURCES OR C_GUEST_SOURCES)
            add_library(${name} OBJECT ${C_SOURCES} ${C_GUEST_SOURCES})
            rsl_flags(${name})
            target_compile_options(${name} PRIVATE ${RSL_WHOLE_PROGRAM})
            if(C_KERNEL)
                set_property(GLOBAL APPEND PROPERTY RSL_KERNEL_COMPONENTS ${name})
            endif()
        endif()
        if(C_TESTS OR C_GUEST_TESTS)
            add_library(${name}_tests OBJECT ${C_TESTS} ${C_GUEST_TESTS})
            rsl_flags(${name}_tests)
            set_property(GLOBAL APPEND PROPERTY RSL_KERNEL_TESTS ${name}_tests)
        endif()
        return()
    endif()

    if(C_SOURCES OR C_HOSTED_SOURCES)
        add_library(${name} STATIC ${C_SOURCES} ${C_HOSTED_SOURCES})
        rsl_flags(${name})
        if(C_KERNEL OR C_FREESTANDING)
            rsl_hosted_dialect(${name})
        endif()
        target_link_libraries(${name} PUBLIC ${C_DEPENDS} ${C_LIBRARIES})
    else()
        add_library(${name} INTERFACE)
        target_link_libraries(${name} INTERFACE ${C_DEPENDS} ${C_LIBRARIES})
    endif()
    if((C_TESTS OR C_HOSTED_TESTS) AND RSL_TESTS)
        add_executable(${name}_test ${C_TESTS} ${C_HOSTED_TESTS})
        rsl_flags(${name}_test)
        if(C_KERNEL OR C_FREESTANDING)
            rsl_hosted_dialect(${name}_test)
        endif()
        target_link_libraries(${name}_test PRIVATE ${name} base_testing)
        add_test(NAME ${name} COMMAND ${name}_test)
    endif()
    if(RSL_FUZZ)
        foreach(source ${C_FUZZ})
            get_filename_component(stem ${source} NAME_WE)
            add_executable(${stem} ${source})
            rsl_flags(${stem})
            target_link_libraries(${stem} PRIVATE ${name})
            target_link_options(${stem} PRIVATE -fsanitize=fuzzer)
            set_property(GLOBAL APPEND PROPERTY RSL_FUZZ_TARGETS ${stem})
        endforeach()
    endif()
endfunction()

# rsl_program(rsl SOURCES ... DEPENDS ...): a host program, put into build/bin.
function(rsl_program name)
    cmake_parse_arguments(P "" "OUTPUT_DIRECTORY" "SOURCES;DEPENDS" ${ARGN})
    if(NOT RSL_SIDE STREQUAL "host")
        return()
    endif()
    add_executable(${name} ${P_SOURCES})
    rsl_flags(${name})
    target_link_libraries(${name} PRIVATE ${P_DEPENDS})
    if(NOT P_OUTPUT_DIRECTORY)
        set(P_OUTPUT_DIRECTORY ${RSL_OUTPUT_DIR}/bin)
    endif()
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${P_OUTPUT_DIRECTORY})
endfunction()

# rsl_driver(echo SOURCES echo.c [COMPONENTS objects...] [OUTPUT dir] [LIBS import libraries...]):
# a .sys built like any driver, against the kernel's import libraries (made from abi/exports).
function(rsl_driver name)
    cmake_parse_arguments(D "" "OUTPUT_DIRECTORY;ENTRY" "SOURCES;COMPONENTS;LINK" ${ARGN})
    if(NOT RSL_SIDE STREQUAL "guest")
        return()
    endif()
    if(NOT D_OUTPUT_DIRECTORY)
        set(D_OUTPUT_DIRECTORY ${RSL_OUTPUT_DIR}/share/rsl)
    endif()
    if(NOT D_ENTRY)
        set(D_ENTRY DriverEntry)
    endif()
    set(objects)
    foreach(component ${D_COMPONENTS})
        list(APPEND objects $<TARGET_OBJECTS:${component}>)
    endforeach()
    add_executable(${name}.sys ${D_SOURCES} ${objects})
    rsl_flags(${name}.sys)
    add_dependencies(${name}.sys kernel_import_libraries)
    target_link_options(${name}.sys PRIVATE /entry:${D_ENTRY} ${D_LINK})
    target_link_libraries(${name}.sys PRIVATE ${PROJECT_BINARY_DIR}/implib/ntoskrnl.lib
        ${PROJECT_BINARY_DIR}/implib/hal.lib)
    set_target_properties(${name}.sys PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${D_OUTPUT_DIRECTORY} LINK_DEPENDS
        "${PROJECT_BINARY_DIR}/implib/ntoskrnl.lib;${PROJECT_BINARY_DIR}/implib/hal.lib")
endfunction()

set(RSL_DDK_INCLUDE /usr/x86_64-w64-mingw32/include/ddk)

# rsl_author_driver(echo echo/echo.c [OUTPUT_DIRECTORY dir]): a driver as an author would build it, in C, against
# mingw-w64's DDK headers and not against ours.
# FORCEINLINE: clang leaves some gnu_inline functions out of line inside __try (docs/guides/build.md).
function(rsl_author_driver name source)
    cmake_parse_arguments(A "" "OUTPUT_DIRECTORY" "" ${ARGN})
    if(NOT A_OUTPUT_DIRECTORY)
        set(A_OUTPUT_DIRECTORY ${RSL_OUTPUT_DIR}/samples)
    endif()
    rsl_driver(${name} SOURCES ${source} OUTPUT_DIRECTORY ${A_OUTPUT_DIRECTORY})
    target_include_directories(${name}.sys SYSTEM PRIVATE ${RSL_DDK_INCLUDE})
    target_compile_options(${name}.sys PRIVATE -Xclang -fasync-exceptions -Wno-multichar -Wno-unknown-pragmas
        "-Wno-#warnings")
    target_compile_definitions(${name}.sys PRIVATE "FORCEINLINE=static __inline__" _WIN32_WINNT=0x0A00 NTDDI_VERSION=0x0A000000)
endfunction()

# rsl_import_ndis(ndis_loopback): an author's driver that is an NDIS driver. mingw-w64 has no NDIS 6: it includes
# abi/functions/ndis.h behind the DDK's headers.
function(rsl_import_ndis name)
    add_dependencies(${name}.sys ndis_import_library)
    target_link_libraries(${name}.sys PRIVATE ${PROJECT_BINARY_DIR}/implib/ndis.lib)
endfunction()
