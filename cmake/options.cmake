# One interface library carries warnings, sanitizers and speed flags for our own targets only.
set(REDINK_SANITIZE "" CACHE STRING "Sanitizers, as g++ names them")
option(REDINK_WERROR "Warnings are errors" OFF)
option(REDINK_COVERAGE "Count lines for gcov" OFF)
option(REDINK_PCH "Use precompiled headers" ON)

add_library(redink_options INTERFACE)
target_include_directories(redink_options INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(redink_options INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wold-style-cast -Wnon-virtual-dtor)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(redink_options INTERFACE -Wduplicated-cond -Wlogical-op
    # False alarms on coroutine frames at -O2 (g++ bug 109283).
    -Wno-mismatched-new-delete)
endif()
if(REDINK_WERROR)
  target_compile_options(redink_options INTERFACE -Werror)
endif()
if(REDINK_SANITIZE)
  target_compile_options(redink_options INTERFACE -fsanitize=${REDINK_SANITIZE} -fno-omit-frame-pointer)
  target_link_options(redink_options INTERFACE -fsanitize=${REDINK_SANITIZE})
  if(REDINK_SANITIZE MATCHES "undefined")
    target_compile_options(redink_options INTERFACE -fno-sanitize-recover=undefined)
  endif()
  if(REDINK_SANITIZE MATCHES "thread")
    # Boost.Asio uses atomic_thread_fence, which g++ only warns that it cannot instrument.
    target_compile_options(redink_options INTERFACE -Wno-error=tsan)
  endif()
endif()
if(REDINK_COVERAGE)
  target_compile_options(redink_options INTERFACE --coverage)
  target_link_options(redink_options INTERFACE --coverage)
endif()

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  # Precompiled headers are only cached with this sloppiness.
  set(REDINK_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      ${CCACHE_PROGRAM})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${REDINK_LAUNCHER})
endif()
