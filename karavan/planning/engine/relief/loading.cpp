// What goes into which compartment: mass, volume, segregation, handling units.
#include <algorithm>
#include <numeric>

#include "problem.hpp"

namespace karavan::relief {

namespace {

constexpr Count whole(Count quantity, Count step) { return quantity / step * step; }

// Where the item may go, those with its own class first, empty ones last.
struct Compartments {
    std::vector<int> order;

    Compartments(const World& world, const Packing& packing, int item) {
        const int own = world.items[item].item_class;
        Mask aboard = 0;
        for (Mask mask : packing.classes) aboard |= mask;
        if (aboard & world.vehicle_conflicts[own]) return;
        const Mask blocked = world.compartment_conflicts[own];
        const Mask bit = Mask{1} << own;
        const int count = static_cast<int>(packing.classes.size());
        order.reserve(count);
        for (int c = 0; c < count; ++c)
            if (!(packing.classes[c] & blocked) && (packing.classes[c] & bit)) order.push_back(c);
        for (int c = 0; c < count; ++c)
            if (!(packing.classes[c] & blocked) && !(packing.classes[c] & bit) && packing.classes[c])
                order.push_back(c);
        for (int c = 0; c < count; ++c)
            if (!packing.classes[c]) order.push_back(c);
    }
};

void merge(Pieces& pieces, int compartment, Count quantity) {
    for (Piece& piece : pieces)
        if (piece.first == compartment) {
            piece.second += quantity;
            return;
        }
    pieces.emplace_back(compartment, quantity);
}

}  // namespace

Packing empty_load(const World& world, int vehicle) {
    const auto& compartments = world.vehicles[vehicle].compartments_cm3;
    return {{}, std::vector<Mask>(compartments.size(), 0), compartments, 0};
}

bool add_to_load(const World& world, int vehicle, Packing& packing, int position, int item, Count quantity, bool more) {
    const Item& goods = world.items[item];
    const std::int64_t mass_g = packing.mass_g + goods.mass_g * quantity;
    if (mass_g > world.vehicles[vehicle].payload_g) return false;
    Pieces parts;
    for (int c : Compartments(world, packing, item).order) {
        const Count most = goods.volume_cm3 ? packing.room_cm3[c] / goods.volume_cm3 : quantity;
        const Count taken = std::min(quantity, whole(most, goods.step));
        if (taken > 0) {
            parts.emplace_back(c, taken);
            packing.room_cm3[c] -= taken * goods.volume_cm3;
            packing.classes[c] |= Mask{1} << goods.item_class;
            quantity -= taken;
        }
        if (!quantity) break;
    }
    if (quantity) return false;
    packing.mass_g = mass_g;
    if (more)
        for (const auto& [compartment, part] : parts) merge(packing.pieces[position], compartment, part);
    else
        packing.pieces.insert(packing.pieces.begin() + position, std::move(parts));
    return true;
}

Count room_for(const World& world, int vehicle, const Packing& packing, int item, Count wanted) {
    const Item& goods = world.items[item];
    if (goods.mass_g) wanted = std::min(wanted, (world.vehicles[vehicle].payload_g - packing.mass_g) / goods.mass_g);
    const Compartments free(world, packing, item);
    if (free.order.empty()) return 0;
    if (goods.volume_cm3) {
        Count room = 0;
        for (int c : free.order) room += whole(packing.room_cm3[c] / goods.volume_cm3, goods.step);
        wanted = std::min(wanted, room);
    }
    return std::max<Count>(0, whole(wanted, goods.step));
}

bool pack(const World& world, int vehicle, const std::vector<std::pair<int, Count>>& goods, Packing& packing) {
    packing = empty_load(world, vehicle);
    std::vector<int> order(goods.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
        return world.items[goods[a].first].item_class < world.items[goods[b].first].item_class;
    });
    for (std::size_t i = 0; i < order.size(); ++i) {
        const auto [item, quantity] = goods[order[i]];
        if (!add_to_load(world, vehicle, packing, static_cast<int>(i), item, quantity, false)) return false;
    }
    std::vector<Pieces> pieces(goods.size());
    for (std::size_t i = 0; i < order.size(); ++i) pieces[order[i]] = std::move(packing.pieces[i]);
    packing.pieces = std::move(pieces);
    return true;
}

Packing packed(const World& world, int vehicle, const std::vector<std::pair<int, Pieces>>& goods) {
    Packing load = empty_load(world, vehicle);
    for (const auto& [item, pieces] : goods) {
        load.pieces.emplace_back();
        for (const auto& [compartment, quantity] : pieces) {
            load.room_cm3[compartment] -= quantity * world.items[item].volume_cm3;
            load.classes[compartment] |= Mask{1} << world.items[item].item_class;
            load.mass_g += quantity * world.items[item].mass_g;
            merge(load.pieces.back(), compartment, quantity);
        }
    }
    return load;
}

}  // namespace karavan::relief
