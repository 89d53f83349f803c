"""The kernels as functions of plain numbers and addresses, one file a group that is compiled together."""
