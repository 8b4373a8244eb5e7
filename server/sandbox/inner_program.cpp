#include "sandbox/inner_program.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/mman.h>

asm(".pushsection .rodata\n"
    ".balign 16\n"
    ".global countersign_inner_begin\n"
    ".hidden countersign_inner_begin\n"
    "countersign_inner_begin:\n"
    ".incbin \"" COUNTERSIGN_INNER "\"\n"
    ".global countersign_inner_end\n"
    ".hidden countersign_inner_end\n"
    "countersign_inner_end:\n"
    ".byte 0\n"
    ".popsection\n");

extern "C" {
extern char const countersign_inner_begin[];
extern char const countersign_inner_end[];
}

namespace countersign::sandbox {

std::string_view inner_program()
{
    return { countersign_inner_begin, static_cast<std::size_t>(countersign_inner_end - countersign_inner_begin) };
}

Result<support::UniqueFd> inner_program_file()
{
    constexpr unsigned executable = 0x0010; // MFD_EXEC of kernel 6.3; an older one knows no other kind
    int fd = ::memfd_create("countersign-inner", MFD_CLOEXEC | MFD_ALLOW_SEALING | executable);
    if (fd < 0)
        fd = ::memfd_create("countersign-inner", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    support::UniqueFd file(fd);
    if (!file)
        return fail(ErrorCode::io, fmt::format("no memory for the sandbox's inner program: {}", support::errno_message()));
    TRY(support::write_all(file.get(), inner_program()));
    ::fcntl(file.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL);
    return file;
}

}
