"""Networks of torchvision for which several tools see something else than their layers, and why."""

MEANS = "mnasnet0_5 mnasnet0_75 mnasnet1_0 mnasnet1_3 shufflenet_v2_x0_5 shufflenet_v2_x1_0 shufflenet_v2_x1_5"
MEANS += " shufflenet_v2_x2_0"
NO_POOL = {"the pool over the image is Tensor.mean there, which is not counted": MEANS}
FOUR_DIGITS = {"its attention is two einsums, counted to the four digits that NumPy prints": "maxvit_t"}
DENSENETS = "densenet121 densenet161 densenet169 densenet201"
SWINS_V2 = "swin_v2_t swin_v2_s swin_v2_b"
OWN_NORM = {
    "the last norm is of a class of torchvision's, which is not known": (
        "convnext_tiny convnext_small convnext_base convnext_large"
    )
}
FUNCTIONS = {"the projections of its attention are functions, which are not counted": SWINS_V2}
