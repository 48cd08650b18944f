"""The wrong specs whose fault is of structure: JSON Schema can say it. All others only loading can tell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from archcalc.language.yaml_nodes import Node
from archcalc.language.yaml_tree import read
from archcalc.sources.source import read_file

ERRORS = Path(__file__).parent / "errors"

OF_STRUCTURE = {
    "blocks": """arguments_as_list arguments_spelled_out block_called_as_a_step_key block_named_as_layer no_layers
        reserved_argument reserved_axis steps_right_under_block""",
    "imports": "import_as_text python_module",
    "keys": """blocks_singular description_left_empty empty_layers input_as_text input_called_dtype input_of_zero
        input_shape input_with_unknown_word inputs_without_shape later_version layers_left_empty list_of_layers_at_top
        name_left_empty no_input no_layers no_name none_in_input unknown_dtype unknown_key variables_spelled_out
        variant_as_list vars_as_list wrong_layout""",
    "names": """name_with_slash name_with_space number_of_a_tensor_left_empty outputs_of_one_name reserved_name
        share_one_of_several star_first""",
    "several": """branches embedding_in_pytorch_words file_keys five_mistakes in_channels keras_embedding
        keras_filters keras_gru keras_model missing_file_and_others""",
    "shapes": "embedding_of_vectors layer_norm_axis negative_padding softmax_axis_by_position zero_stride",
    "steps": """activation_as_list argument_of_activation batch_norm_of_channels batch_norm_without_offset
        branch_of_one_step channels_last dropout_percent each_as_mapping each_never each_shared_word
        each_with_unknown_key
        each_without_layers expect_a_number experts_with_foreign_key
        experts_without_active first_of_unknown_argument first_without_repeat flag_as_number
        flatten_from_one from_is_an_empty_list from_left_empty input_size_given keras_lstm list_of_arguments
        mistyped_argument mistyped_step_key name_among_arguments name_among_arguments_is_read notes_not_none
        norm_left_empty norm_null norm_with_foreign_argument normalized_shape padding_mode parallel_as_list
        relu_in_place repeat_is_true repeat_of_numbers repeat_of_unknown_argument reserved_branch
        residual_as_mapping residual_with_unknown_key residual_without_layers
        residual_without_steps return_sequences row_word share_among_arguments
        step_as_list step_as_number steps_as_mapping steps_without_list
        two_layers_in_one_step value_for_layer_without_arguments when_alone
        when_is_a_list""",
    "variables": "defaults_of_unknown_argument null_variable reserved_variable variable_with_dash",
    "yaml": """argument_not_indented empty_step layers_as_mapping layers_not_indented_under_branch no_space_after_layer
        python_code residual_not_indented""",
}


def of_structure() -> set[Path]:
    """The files of the table."""
    return {ERRORS / folder / f"{name}.yaml" for folder, names in OF_STRUCTURE.items() for name in names.split()}


def wrong_specs() -> list[Path]:
    return sorted(path for path in ERRORS.rglob("*.yaml") if path.parent.name != "lib")


def as_data(path: Path) -> Any:
    """A YAML file as JSON has it, read as archcalc reads it. Raises SpecError where it is no YAML."""
    return plain(read(read_file(str(path))))


def plain(node: Node) -> Any:
    if node.is_mapping:
        return {key: plain(value) for key, (_, value) in node.value.items()}
    return [plain(item) for item in node.value] if node.is_list else node.value
