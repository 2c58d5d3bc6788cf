/** Bake files without mistakes. */
export const CORPUS: readonly string[] = [
  `# who builds what
variable "TAG" {
  default = "latest"
  validation {
    condition = TAG != ""
    error_message = "TAG is needed"
  }
}
variable "REGISTRY" { default = null }
group "default" { targets = ["app", "db"] }
target "app" {
  inherits = ["_common"]
  matrix = {
    env = ["dev", "prod"]
    cgo = [{ name = "on", value = 1 }, { name = "off", value = 0 }]
  }
  name = "app-\${env}-\${cgo.name}"
  args = {
    ENV = env
    CGO_ENABLED = cgo.value
    FLAGS = env == "prod" ? "-O2" : "-race" // both
  }
  tags = [for t in [TAG, "x"] : "\${REGISTRY}/app:\${t}" if t != ""]
}
`,
  `function "tag" {
  params = [name]
  variadic_params = rest
  result = ["\${name}:\${join("-", rest)}", notequal("", name) ? name : ""]
}
target "_common" {
  labels = merge({ a = "b" }, {for k, v in { c = "d" } : upper(k) => v})
  dockerfile-inline = <<-EOT
    FROM scratch
    COPY --from=x \${TAG} /
    %{ if DEBUG ~}
    RUN true
    %{ endif ~}
  EOT
  tags = flatten([tag("a", "b", "c"), tag(lower("X"), ["y"]...)])
  output = ["type=registry"] /* pushed */
}
DEBUG = true && !false
TAG = <<EOT
x
EOT
`,
];

/** Bake files in JSON without mistakes. */
export const JSON_CORPUS: readonly string[] = [
  `{
  "variable": { "ENV": { "default": "dev" } },
  "group": { "default": { "targets": ["app"] } },
  "target": {
    "app": { "dockerfile": "Dockerfile", "args": { "ENV": "\${ENV}", "N": 1, "B": true, "Z": null }, "tags": ["a:\${ENV}"] }
  }
}`,
];
