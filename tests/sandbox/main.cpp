#include "sandbox/broker.h"

#include <cstring>
#include <gtest/gtest.h>

int main(int argc, char** argv)
{
    if (argc == 5 && std::strcmp(argv[1], countersign::sandbox::broker_subcommand) == 0)
        return countersign::sandbox::serve_broker(argv[2], argv[3], argv[4]);
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
