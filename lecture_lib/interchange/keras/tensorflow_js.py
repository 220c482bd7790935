"""TensorFlow.js: a model.json and the shards beside it."""

from typing import Any

import numpy as np

from lecture_lib.interchange.array_files import parsed
from lecture_lib.interchange.keras.configs import keras_layer, recurrent_layers
from lecture_lib.interchange.keras.files import linked
from lecture_lib.interchange.limits import bytes_of, inside, raw_array
from lecture_lib.interchange.network import Network

# Its functions are those of Keras 2, whichever Keras a model came from: hard_sigmoid has 0.2.
COMPUTES_AS = 2.0
JS_TYPES = {
    "float32": "<f4",
    "float16": "<f2",
    "int32": "<i4",
    "bool": "u1",
    "uint8": "u1",
    "uint16": "<u2",
}


def js_network(source: Any, folder: Any, update: str = "keep") -> Network:
    """The `Network` of a TensorFlow.js model.json and the shards beside it."""
    model = parsed(source, "model.json")
    topology = model.get("modelTopology")
    if not isinstance(topology, dict) or "weightsManifest" not in model:
        raise ValueError(
            "the JSON file must have modelTopology and weightsManifest, as a model.json of "
            "TensorFlow.js"
        )
    if model.get("format") == "graph-model" or "node" in topology:
        raise ValueError(
            "a graph model of TensorFlow.js has its layers taken apart: convert the Keras model "
            "with tensorflowjs_converter to a layers-model instead"
        )
    config = topology.get("model_config", topology)
    arrays = _js_arrays(model["weightsManifest"], folder)
    layers = []
    for one in recurrent_layers(config):
        own = [a for name, a in arrays.items() if one.path[-1] in name.split("/")]
        layers.append(
            keras_layer(
                one,
                own,
                COMPUTES_AS,
                "TensorFlow.js",
                update,
                hard=True,
            )
        )
    return Network(linked(layers), "TensorFlow.js")


def _js_arrays(manifest: Any, folder: Any) -> Any:
    arrays = {}
    read: list[Any] = []
    try:
        for group in manifest:
            paths = [inside(folder, path, "a shard") for path in group["paths"]]
            read += paths
            if len(set(read)) != len(read):
                raise ValueError("weightsManifest names a shard twice")
            data = b"".join(bytes_of(path) for path in paths)
            at = 0
            for weight in group["weights"]:
                packed = weight.get("quantization", {})
                kind = packed.get("dtype", weight["dtype"])
                if kind not in JS_TYPES or not all(
                    type(n) is int and n >= 0 for n in weight["shape"]
                ):
                    raise ValueError(f"{weight['name']} has a dtype or shape unknown here")
                count = 1
                for n in weight["shape"]:
                    count *= n
                length = count * np.dtype(JS_TYPES[kind]).itemsize
                array = raw_array(
                    weight["name"], data[at : at + length], JS_TYPES[kind], weight["shape"]
                )
                at += length
                if "scale" in packed:
                    array = (array * packed["scale"] + packed["min"]).astype(np.float32)
                arrays[str(weight["name"])] = (
                    array.astype(np.float32) if array.dtype == np.float16 else array
                )
            if at != len(data):
                raise ValueError(f"the shards have {len(data)} bytes, their weights {at}")
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(
            f"weightsManifest of model.json is not as TensorFlow.js writes it: {error}"
        ) from None
    return arrays
